import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { retryDelay, retryDelays } from '../../../../src/jobs/webhooks/outgoing/retry-schedule.ts'
import { suite } from '../../../support/suite.ts'

const HOUR = 3_600_000
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

suite('the schedule of retries', (test) => {
  test('spans more than a day, and less than two', () => {
    const all = (jitter: number): number =>
      retryDelays.map((_, index) => retryDelay(index + 1, jitter)!).reduce((sum, delay) => sum + delay, 0)
    assert.ok(all(0) > 24 * HOUR)
    assert.ok(all(0.999) < 48 * HOUR)
    assert.is(retryDelay(1, 0), 5_000)
    assert.is(retryDelay(7, 0), 14 * HOUR)
  })

  test('ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: retryDelays.length + 1, max: 1000 }),
        random,
        fc.nat(),
        (failures, r, asked) => {
          assert.is(retryDelay(failures, r, asked), null)
        },
      ),
    )
  })

  test('waits longer each time, never less than it says, and a fifth more at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: retryDelays.length }), random, random, (failures, r, s) => {
        const delay = retryDelay(failures, r)!
        assert.ok(delay >= retryDelays[failures - 1]! && delay <= retryDelays[failures - 1]! * 1.2)
        const next = retryDelay(failures + 1, s)
        assert.ok(next === null || next > delay)
      }),
    )
  })

  test('heeds what the receiver asks for, up to a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: retryDelays.length }),
        random,
        fc.nat(100 * HOUR),
        (failures, r, asked) => {
          const delay = retryDelay(failures, r, asked)!
          assert.ok(delay >= Math.min(asked, 24 * HOUR))
          assert.ok(delay >= retryDelay(failures, r)!)
          assert.ok(delay <= 24 * HOUR)
        },
      ),
    )
  })
})
