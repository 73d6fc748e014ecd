import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  exponentialDelay,
  failureRate,
  fixedDelay,
  noRestart,
  type RestartStrategy,
} from '../../src/functions/restart-strategy.ts'
import { decideRestart, noFailures, type RestartDecision } from '../../src/job/restart-policy.ts'
import { suite } from '../support/suite.ts'

/** No more and no less than the delay asked for. */
const evenly = (): number => 0.5

/** A job that runs for so many milliseconds, fails, is restarted, runs for the next, and so on, until it is not. */
const lives = (
  strategy: RestartStrategy,
  runs: readonly number[],
  random: () => number = evenly,
): { readonly at: number; readonly decision: RestartDecision }[] => {
  const told: { at: number; decision: RestartDecision }[] = []
  let history = noFailures
  let at = 1_000_000
  for (const run of runs) {
    at += run
    const decision = decideRestart(strategy, history, at, random)
    told.push({ at, decision })
    if (!decision.restart) break
    at += decision.delay
    history = decision.history
  }
  return told
}

const delays = (...given: Parameters<typeof lives>): (number | string)[] =>
  lives(...given).map(({ decision }) => (decision.restart ? decision.delay : decision.reason))

const runs = fc.array(fc.nat(200), { minLength: 1, maxLength: 40 })
const chances = fc.float({ min: 0, max: 1, maxExcluded: true, noNaN: true })

suite('decideRestart', (test) => {
  test('never restarts without a strategy', () => {
    assert.equal(delays(noRestart(), [1, 1]), ['it has no restart strategy'])
  })

  test('restarts a fixed number of times, however far apart the failures are', () => {
    const reason = 'it was restarted 3 times, as often as its restart strategy allows'
    assert.equal(delays(fixedDelay({ attempts: 3, delay: 7 }), [0, 1e9, 0, 1e12, 0]), [7, 7, 7, reason])
    assert.match(String(delays(fixedDelay(), [0, 0])[1]), 'it was restarted once,')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(1e6), runs, (attempts, delay, lengths) => {
        const told = delays(fixedDelay({ attempts, delay }), lengths)
        const restarts = told.filter((told) => told === delay)
        assert.is(restarts.length, Math.min(attempts, lengths.length))
      }),
    )
    const endless = delays(fixedDelay({ attempts: Infinity, delay: 0 }), Array<number>(1_000).fill(0))
    assert.ok(endless.every((delay) => delay === 0))
  })

  test('waits longer and longer, up to a bound', () => {
    const strategy = exponentialDelay({ initial: 100, max: 1_000, factor: 2, jitter: 0 })
    assert.equal(delays(strategy, [0, 1, 2, 3, 4, 5]), [100, 200, 400, 800, 1_000, 1_000])
    const long = delays(strategy, Array<number>(3_000).fill(0))
    assert.is(long.at(-1), 1_000)
  })

  test('fills in what an exponential strategy leaves out', () => {
    assert.equal(delays({ type: 'exponential', initial: 100, max: 200 }, [0, 0, 0]), [100, 150, 200])
  })

  test('begins anew after a time without failures, counted from the restart', () => {
    const strategy = exponentialDelay({ initial: 100, max: 1_000, factor: 2, resetAfter: 500, attempts: 2 })
    assert.equal(delays(strategy, [0, 499, 500, 499]), [100, 200, 100, 200])
    assert.match(String(delays(strategy, [0, 499, 499])[2]), 'restarted 2 times')
  })

  test('lets chance add and take away a part of the delay, but never beyond the bound', () => {
    const strategy = exponentialDelay({ initial: 100, max: 1_000, jitter: 0.5 })
    assert.equal(
      delays(strategy, [0], () => 0),
      [50],
    )
    assert.equal(
      delays(strategy, [0], () => 0.75),
      [125],
    )
    const all = fc.record({
      initial: fc.integer({ min: 1, max: 100 }),
      max: fc.integer({ min: 100, max: 10_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      // Between two lengths of runs, so that rounding decides nothing.
      resetAfter: fc.nat(300).map((length) => length + 0.5),
    })
    fc.assert(
      fc.property(all, runs, chances, (options, lengths, chance) => {
        const plain = delays(exponentialDelay({ ...options, jitter: 0 }), lengths) as number[]
        const jittered = delays(exponentialDelay(options), lengths, () => chance) as number[]
        assert.is(jittered.length, lengths.length)
        for (const [i, delay] of jittered.entries()) {
          assert.ok(delay >= 0 && delay <= options.max, `${delay}`)
          assert.ok(delay >= plain[i]! * (1 - options.jitter) - 1e-6, `${delay} for ${plain[i]}`)
        }
      }),
    )
  })

  test('gives up when failures are too many for their time', () => {
    const strategy = failureRate({ failures: 2, interval: 100, delay: 10 })
    const reason = 'it failed 3 times within 100 ms, and its restart strategy puts up with 2'
    assert.equal(delays(strategy, [0, 0, 0]), [10, 10, reason])
    assert.equal(delays(strategy, [0, 40, 40]), [10, 10, reason], 'an interval has both its ends')
    assert.equal(delays(strategy, [0, 40, 41, 40, 41]), [10, 10, 10, 10, 10])
  })

  test('counts a rate as one who remembers every failure does', () => {
    const failures = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(
        failures,
        fc.integer({ min: 1, max: 300 }),
        fc.nat(50),
        runs,
        (limit, interval, delay, lengths) => {
          const told = lives(failureRate({ failures: limit, interval, delay }), lengths)
          for (const [i, { at, decision }] of told.entries()) {
            const within = told.slice(0, i + 1).filter((failure) => at - failure.at <= interval)
            assert.is(decision.restart, within.length <= limit)
            if (decision.restart) assert.ok(decision.history.failures.length <= limit, 'and forgets')
          }
        },
      ),
    )
  })

  test('has a history that can be written down as JSON', () => {
    for (const strategy of [fixedDelay({ attempts: 9 }), exponentialDelay(), failureRate({ failures: 9 })]) {
      for (const { decision } of lives(strategy, [1, 2, 3])) {
        assert.ok(decision.restart)
        if (decision.restart) assert.equal(JSON.parse(JSON.stringify(decision.history)), decision.history)
      }
    }
    assert.equal(JSON.parse(JSON.stringify(noFailures)), noFailures)
  })
})
