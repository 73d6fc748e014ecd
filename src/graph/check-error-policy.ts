import { excerpt } from '../errors/excerpt.ts'
import type { Backoff, ErrorPolicy, RetryPolicy } from '../functions/error-policy.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'
import { checkPositiveInteger } from './check-number.ts'
import { invalidArgument } from './invalid-argument.ts'

const OUTCOMES: readonly unknown[] = ['fail', 'skip', 'dead-letter']

/**
 * A copy of the policy, because the graph is frozen and the user's object must not be; 'fail' when there is none.
 * @throws InvalidArgumentError unless it has the shape of an ErrorPolicy.
 */
export function checkErrorPolicy(operator: string, policy: unknown): ErrorPolicy {
  if (policy === undefined) return 'fail'
  if (OUTCOMES.includes(policy)) return policy as 'fail' | 'skip' | 'dead-letter'
  if (!isObject(policy) || !isObject(policy['retry'])) {
    throw invalidArgument(
      operator,
      `onError is not an error policy: ${excerpt(policy)}`,
      `pass 'fail', 'skip', 'dead-letter' or { retry: { attempts, backoff } }`,
    )
  }
  return checkRetry(operator, policy['retry'], policy['then'])
}

function checkRetry(operator: string, retry: Record<string, unknown>, then: unknown): RetryPolicy {
  if (then !== undefined && !OUTCOMES.includes(then)) {
    throw invalidArgument(
      operator,
      `onError.then is ${excerpt(then)}`,
      `pass 'fail', 'skip' or 'dead-letter', or leave it out for 'fail'`,
    )
  }
  const attempts = checkPositiveInteger(operator, 'onError.retry.attempts', retry['attempts'])
  const backoff = retry['backoff'] === undefined ? {} : { backoff: checkBackoff(operator, retry['backoff']) }
  return {
    retry: { attempts, ...backoff },
    ...(then === undefined ? {} : { then: then as 'fail' | 'skip' | 'dead-letter' }),
  }
}

/** @throws InvalidArgumentError, which calls it `what`, unless it has the shape of a Backoff. */
export function checkBackoff(
  operator: string,
  backoff: unknown,
  what: string = 'onError.retry.backoff',
): Backoff {
  if (isDelay(backoff)) return backoff
  if (isObject(backoff)) {
    const { initial, factor, max } = backoff
    const factorFits = factor === undefined || (Number.isFinite(factor) && (factor as number) >= 1)
    if (isDelay(initial) && factorFits && (max === undefined || isDelay(max))) {
      return {
        initial,
        ...(factor === undefined ? {} : { factor: factor as number }),
        ...(max === undefined ? {} : { max }),
      }
    }
  }
  throw invalidArgument(
    operator,
    `${what} is ${excerpt(backoff)}`,
    `pass milliseconds up to ${LONGEST_DELAY}, or { initial, factor, max } with initial and max of at least 0 and factor of at least 1`,
  )
}

function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
