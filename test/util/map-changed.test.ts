import * as assert from 'uvu/assert'
import { mapChanged } from '../../src/util/map-changed.ts'
import { suite } from '../support/suite.ts'

suite('mapChanged', (test) => {
  test('is the array that it was given where nothing changes', () => {
    const items = [{ n: 1 }, { n: 2 }]
    assert.is(
      mapChanged(items, (item) => item),
      items,
    )
    assert.equal(
      mapChanged([], () => 1),
      [],
    )
  })

  test('is a copy from the first change on, and leaves what it was given as it was', () => {
    for (const changed of [0, 1, 2]) {
      const items = [0, 1, 2]
      const mapped = mapChanged(items, (item, index) => (index === changed ? item + 10 : item))
      assert.equal(
        mapped,
        items.map((item) => (item === changed ? item + 10 : item)),
      )
      assert.equal(items, [0, 1, 2])
    }
  })
})
