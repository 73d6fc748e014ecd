import * as assert from 'uvu/assert'
import { checkRestartStrategy } from '../../src/environment/check-restart-strategy.ts'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { exponentialDelay, failureRate, fixedDelay, noRestart } from '../../src/functions/restart-strategy.ts'
import { RecordingEnvironment, thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

suite('checkRestartStrategy', (test) => {
  test('takes what the functions make, and copies it', () => {
    const never = exponentialDelay({ resetAfter: Infinity, attempts: 3, jitter: 0, factor: 1 })
    const strategies = [
      noRestart(),
      fixedDelay({ attempts: Infinity, delay: 0 }),
      exponentialDelay(),
      never,
      failureRate(),
    ]
    for (const strategy of strategies) {
      const checked = checkRestartStrategy('env', strategy)
      assert.equal(checked, strategy)
      assert.is.not(checked, strategy)
      assert.ok(Object.isFrozen(checked))
    }
  })

  test('takes plain data, and fills in what it leaves out', () => {
    assert.equal(checkRestartStrategy('env', undefined), { type: 'none' })
    const plain = { type: 'exponential', initial: 5, max: 50 }
    assert.equal(checkRestartStrategy('env', plain), exponentialDelay({ initial: 5, max: 50 }))
  })

  test('refuses what is no strategy', () => {
    for (const strategy of [null, 3, 'none', {}, { type: 'sometimes' }, fixedDelay]) {
      const error = thrown(() => checkRestartStrategy('env', strategy))
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, /^restart must be a restart strategy, got /)
      assert.match(error.message, 'pass noRestart(), fixedDelay(...)')
      assert.is(error.operator, 'env')
    }
  })

  test('refuses what can never work, naming the option', () => {
    const attempts = [0, -1, 1.5, NaN, '1', null]
    const delay = [-1, NaN, Infinity, 2 ** 31, '1', null]
    const above0 = [0, -1, NaN, '1', null]
    const wrong = [
      { strategy: fixedDelay(), values: { attempts, delay } },
      { strategy: failureRate(), values: { failures: [...attempts, Infinity], delay, interval: above0 } },
      {
        strategy: exponentialDelay(),
        values: {
          initial: [0, ...delay],
          max: [0, 999, ...delay],
          factor: [0.5, NaN, Infinity, '2'],
          jitter: [-0.1, 1.1, NaN, '0'],
          resetAfter: above0,
          attempts,
        },
      },
    ]
    for (const { strategy, values } of wrong) {
      for (const [option, refused] of Object.entries(values)) {
        for (const value of refused as unknown[]) {
          const error = thrown(() => checkRestartStrategy('env', { ...strategy, [option]: value }))
          assert.instance(error, InvalidArgumentError)
          assert.match(error.message, new RegExp(`^restart\\.${option} must be `))
        }
      }
    }
  })

  test('refuses what no strategy of that type has', () => {
    const error = thrown(() => checkRestartStrategy('env', { ...fixedDelay(), attempt: 3 }))
    assert.match(
      error.message,
      "a restart strategy 'fixed-delay' has no option 'attempt': did you mean 'attempts'?",
    )
    assert.instance(
      thrown(() => checkRestartStrategy('env', { ...noRestart(), delay: 1 })),
      InvalidArgumentError,
    )
  })

  test('is asked by environments', () => {
    const env = new RecordingEnvironment('env', { restart: fixedDelay({ attempts: 3 }) })
    assert.equal(env.resolved.restart, { type: 'fixed-delay', attempts: 3, delay: 1_000 })
    const error = thrown(() => new RecordingEnvironment('env', { restart: untyped('always') }))
    assert.instance(error, InvalidArgumentError)
  })
})
