import { excerpt } from '../errors/excerpt.ts'
import {
  exponentialDelay,
  failureRate,
  fixedDelay,
  noRestart,
  type RestartStrategy,
  type RestartStrategyOf,
} from '../functions/restart-strategy.ts'
import { checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { checkOptionNames } from '../graph/option-names.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'

/**
 * A copy of the strategy, frozen, with its defaults filled in; `noRestart()` when there is none.
 * @throws InvalidArgumentError when it is none, or can never work.
 */
export function checkRestartStrategy(environment: string, strategy: unknown): RestartStrategy {
  if (strategy === undefined) return Object.freeze(noRestart())
  const resolved = checked(environment, strategy)
  checkOptionNames(
    environment,
    `a restart strategy '${resolved.type}'`,
    strategy as object,
    Object.keys(resolved),
  )
  return Object.freeze(resolved)
}

function checked(environment: string, strategy: unknown): RestartStrategy {
  const given = Object(strategy) as RestartStrategy
  switch (given.type) {
    case 'none':
      return noRestart()
    case 'fixed-delay': {
      const { attempts, delay, type } = fixedDelay(given)
      checkAttempts(environment, attempts)
      checkDelay(environment, delay)
      return { type, attempts, delay }
    }
    case 'exponential':
      return checkExponential(environment, exponentialDelay(given))
    case 'failure-rate': {
      const { failures, interval, delay, type } = failureRate(given)
      checkPositiveInteger(environment, 'restart.failures', failures)
      checkRange(environment, 'interval', interval, interval > 0, 'a number of milliseconds above 0')
      checkDelay(environment, delay)
      return { type, failures, interval, delay }
    }
    default:
      throw invalidArgument(
        environment,
        `restart must be a restart strategy, got ${excerpt(strategy)}`,
        'pass noRestart(), fixedDelay(...), exponentialDelay(...) or failureRate(...)',
      )
  }
}

function checkExponential(
  environment: string,
  strategy: RestartStrategyOf<'exponential'>,
): RestartStrategyOf<'exponential'> {
  const { initial, max, factor, jitter, resetAfter, attempts } = strategy
  checkMilliseconds(environment, 'restart.initial', initial)
  checkMilliseconds(environment, 'restart.max', max)
  checkRange(environment, 'max', max, max >= initial, `at least restart.initial, which is ${initial}`)
  checkRange(environment, 'factor', factor, factor >= 1 && factor < Infinity, 'a number of at least 1')
  checkRange(environment, 'jitter', jitter, jitter >= 0 && jitter <= 1, 'a number from 0 to 1')
  checkRange(environment, 'resetAfter', resetAfter, resetAfter > 0, 'a number of milliseconds above 0')
  checkAttempts(environment, attempts)
  return strategy
}

function checkAttempts(environment: string, attempts: number): void {
  if (attempts !== Infinity) checkPositiveInteger(environment, 'restart.attempts', attempts)
}

function checkDelay(environment: string, delay: number): void {
  const wanted = `a number of milliseconds from 0 to ${LONGEST_DELAY}`
  checkRange(environment, 'delay', delay, delay >= 0 && delay <= LONGEST_DELAY, wanted)
}

function checkRange(environment: string, what: string, value: unknown, fits: boolean, wanted: string): void {
  if (typeof value === 'number' && fits) return
  throw invalidArgument(
    environment,
    `restart.${what} must be ${wanted}, got ${excerpt(value)}`,
    `pass ${wanted}`,
  )
}
