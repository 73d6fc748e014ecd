import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { lastStart, windowStarts } from '../../../src/runtime/windows/window-starts.ts'
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
    assert.equal(windowStarts(9, 10, 5, 0), [0, 5])
    assert.equal(windowStarts(10, 10, 5, 0), [5, 10])
    assert.equal(windowStarts(0, 10, 4, 0), [-8, -4, 0])
  })

  test('are those of all windows that hold the time, and of no other', () => {
    const times = fc.integer({ min: -60 * YEAR, max: 60 * YEAR })
    fc.assert(
      fc.property(times, fc.nat(YEAR), fc.nat(20), fc.nat(YEAR), (time, nat, share, offset) => {
        const size = nat + 1
        const every = Math.ceil(size / (share + 1))
        const starts = windowStarts(time, size, every, offset)
        assert.ok(starts.every((start) => start <= time && time < start + size))
        assert.ok(starts.every((start) => (start - offset) % every === 0))
        assert.is(starts[0]! - every <= time - size, true)
        assert.is(starts.at(-1)! + every > time, true)
        assert.is(starts.length, 1 + (starts.at(-1)! - starts[0]!) / every)
      }),
    )
  })
})
