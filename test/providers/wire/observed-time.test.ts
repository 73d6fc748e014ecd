import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { timeOf } from '../../../src/providers/wire/observed-time.ts'
import { suite } from '../../support/suite.ts'

const at = '2023-11-14T22:13:20.000Z'

suite('times that providers write', (test) => {
  test('are read in ISO 8601, in any zone, and in UTC where they name none', () => {
    for (const text of [
      ...['2023-11-14T22:13:20Z', '2023-11-15T00:13:20+02:00', '2023-11-14T22:13:20.000000Z'],
      ...['2023-11-14T22:13:20', '2023-11-14 22:13:20', ' 2023-11-14T22:13:20.000 '],
    ]) {
      assert.is(timeOf(text), at, text)
    }
  })

  test('are read as numbers of seconds and of milliseconds', () => {
    assert.is(timeOf(1_700_000_000), at)
    assert.is(timeOf(1_700_000_000_000), at)
    assert.is(timeOf('1700000000'), at)
    assert.is(timeOf(1_700_000_000, 'seconds'), at)
    assert.is(timeOf(1_700_000_000_000, 'milliseconds'), at)
    assert.is(timeOf(1_700_000, 'milliseconds'), '1970-01-01T00:28:20.000Z')
  })

  test('are nothing where they are none', () => {
    const none = [undefined, null, '', 'soon', 0, -1, NaN, Infinity, 1e300, {}, [], true, '0000-00-00']
    for (const value of none) assert.is(timeOf(value), undefined)
  })

  test('never throw, and are always UTC with milliseconds', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const time = timeOf(value)
        if (time !== undefined) assert.is(new Date(time).toISOString(), time)
      }),
    )
  })
})
