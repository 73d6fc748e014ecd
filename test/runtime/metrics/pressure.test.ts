import * as assert from 'uvu/assert'
import { isHeldBack, queueBefore } from '../../../src/runtime/metrics/pressure.ts'
import { suite } from '../../support/suite.ts'

const edges = [
  { from: 'a', to: 'b', fill: 0.5 },
  { from: 'a', to: 'c', fill: 0.25 },
  { from: 'b', to: 'c', fill: 1.2 },
]

suite('pressure between operators', (test) => {
  test('is that of the fullest queue, and no more than full', () => {
    assert.equal(
      ['a', 'b', 'c'].map((node) => queueBefore(node, edges)),
      [null, 0.5, 1],
    )
  })

  test('holds back who writes to a full queue', () => {
    assert.equal(
      ['a', 'b', 'c'].map((node) => isHeldBack(node, edges)),
      [false, true, false],
    )
  })
})
