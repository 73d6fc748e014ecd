import * as assert from 'uvu/assert'
import { exponentialDelay, failureRate, fixedDelay, noRestart } from '../../src/functions/restart-strategy.ts'
import { suite } from '../support/suite.ts'

suite('restart strategies', (test) => {
  test('have the defaults of Flink', () => {
    assert.equal(noRestart(), { type: 'none' })
    assert.equal(fixedDelay(), { type: 'fixed-delay', attempts: 1, delay: 1_000 })
    assert.equal(exponentialDelay(), {
      type: 'exponential',
      initial: 1_000,
      max: 60_000,
      factor: 1.5,
      jitter: 0.1,
      resetAfter: 3_600_000,
      attempts: Infinity,
    })
    assert.equal(failureRate(), { type: 'failure-rate', failures: 1, interval: 60_000, delay: 1_000 })
  })

  test('take what they are given', () => {
    const given = { initial: 1, max: 2, factor: 3, jitter: 0.4, resetAfter: 5, attempts: 6 }
    assert.equal(exponentialDelay(given), { type: 'exponential', ...given })
    assert.equal(fixedDelay({ attempts: 2, delay: 3 }), { type: 'fixed-delay', attempts: 2, delay: 3 })
    const rate = { failures: 2, interval: 3, delay: 4 }
    assert.equal(failureRate(rate), { type: 'failure-rate', ...rate })
  })
})
