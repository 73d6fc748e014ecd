import type { Backoff } from '../../functions/error-policy.ts'
import { checkBackoff } from '../../graph/check-error-policy.ts'
import { checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { backoffDelay } from '../../runtime/task/failure-handler.ts'
import { realRandom } from '../../time/real-random.ts'

/** How often to try again what failed for a reason that may pass, and how long to wait before. */
export interface ConnectorRetry {
  /** Failures in a row that are put up with: a positive integer, or Infinity; default 10. 0: none. */
  readonly attempts?: number
  /** Default { initial: 1 000, factor: 2, max: 30 000 }, in milliseconds. */
  readonly backoff?: Backoff
  /** The part of a wait, from 0 to 1, that chance adds or takes away, so that clients do not retry in step; default 0.2. */
  readonly jitter?: number
  /** From 0 up to 1, as Math.random gives; default a random number. For tests. */
  readonly random?: () => number
}

/** Checked, with every default filled in. */
export interface Retry {
  readonly attempts: number
  /** Milliseconds to wait after that many failures in a row; `initial` replaces that of the backoff. */
  wait(failures: number, initial?: number): number
}

/** @throws InvalidArgumentError for options that can never work. */
export function resolveRetry(connector: string, options: ConnectorRetry = {}): Retry {
  const { attempts = 10, backoff = { initial: 1_000 }, jitter = 0.2, random = realRandom } = options
  if (attempts !== Infinity && attempts !== 0) checkPositiveInteger(connector, 'retry.attempts', attempts)
  const checked = checkBackoff(connector, backoff, 'retry.backoff')
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw invalidArgument(connector, 'retry.jitter must be a number from 0 to 1', 'pass a part, such as 0.2')
  }
  return {
    attempts,
    wait(failures, initial) {
      const waits = initial === undefined ? checked : beginningAt(initial, checked)
      return Math.round(backoffDelay(waits, failures) * (1 + jitter * (2 * random() - 1)))
    },
  }
}

/** Not cut short by a maximum that is smaller. */
function beginningAt(initial: number, backoff: Backoff): Backoff {
  const { factor = 2, max = 30_000 } = typeof backoff === 'number' ? {} : backoff
  return { initial, factor, max: Math.max(max, initial) }
}
