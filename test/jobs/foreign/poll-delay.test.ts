import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { firstPoll, LONGEST_BACKOFF, LONGEST_WAIT, pollDelay } from '../../../src/jobs/foreign/poll-delay.ts'
import { suite } from '../../support/suite.ts'

suite('the time until the next poll', (test) => {
  test('is the interval, doubled for every failure in a row', () => {
    const delays = [0, 1, 2, 3].map((failures) => pollDelay({ interval: 1_000, failures }, 0.5))
    assert.equal(delays, [1_000, 2_000, 4_000, 8_000])
    assert.is(pollDelay({ interval: 30_000, failures: 1_000 }, 0.5), LONGEST_BACKOFF)
  })

  test('does not undercut what the provider has asked for, within reason', () => {
    assert.is(pollDelay({ interval: 1_000, failures: 1, retryAfter: 60_000 }, 0), 60_000)
    assert.is(pollDelay({ interval: 1_000, failures: 3, retryAfter: 2_000 }, 0.5), 8_000)
    assert.is(pollDelay({ interval: 1_000, failures: 1, retryAfter: 1e12 }, 0), LONGEST_WAIT)
  })

  test('differs by chance, and stays near', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 86_400_000 }),
        fc.nat(100),
        fc.option(fc.nat(1e9), { nil: undefined }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (interval, failures, retryAfter, random) => {
          const delay = pollDelay({ interval, failures, retryAfter }, random)
          assert.ok(delay >= interval * 0.9)
          assert.ok(delay <= 1.1 * Math.max(interval, LONGEST_WAIT))
          assert.ok(delay >= Math.min(retryAfter ?? 0, LONGEST_WAIT))
        },
      ),
    )
    assert.equal([firstPoll(30_000, 0), firstPoll(30_000, 0.5)], [0, 1_500])
  })
})
