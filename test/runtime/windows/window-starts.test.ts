import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { firstStart, lastStart } from '../../../src/runtime/windows/window-starts.ts'
import { suite } from '../../support/suite.ts'

const YEAR = 365 * 24 * 3_600_000

suite('the starts of windows', (test) => {
  test('are multiples away from the offset, before the epoch too', () => {
    assert.is(lastStart(0, 10, 0), 0)
    assert.is(lastStart(9, 10, 0), 0)
    assert.is(lastStart(-1, 10, 0), -10)
    assert.is(lastStart(-10, 10, 0), -10)
    assert.is(lastStart(3, 10, 4), -6)
    assert.is(lastStart(4, 10, 4), 4)
    assert.is(lastStart(4, 10, -6), 4)
    assert.is(lastStart(9.5, 10, 0), 0)
    assert.is(firstStart(9, 10, 5, 0), 0)
    assert.is(firstStart(10, 10, 5, 0), 5)
    assert.is(firstStart(0, 10, 4, 0), -8)
  })

  test('are the first and the last of the windows that hold the time', () => {
    const times = fc.integer({ min: -60 * YEAR, max: 60 * YEAR })
    fc.assert(
      fc.property(times, fc.nat(YEAR), fc.nat(20), fc.nat(YEAR), (time, nat, share, offset) => {
        const size = nat + 1
        const every = Math.ceil(size / (share + 1))
        const first = firstStart(time, size, every, offset)
        const last = lastStart(time, every, offset)
        assert.ok(first > time - size && first - every <= time - size)
        assert.ok(last <= time && last + every > time)
        for (const start of [first, last]) assert.is(Math.abs((start - offset) % every), 0)
      }),
    )
  })
})
