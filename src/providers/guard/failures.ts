import { MillraceError } from '../../errors/millrace-error.ts'
import {
  ProviderAnswerError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../errors/provider-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { CallOutcome } from './breaker.ts'

/** Whether the same call may succeed later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ProviderUnavailableError
}

/** Milliseconds that the provider asks to be left alone; undefined: it does not. */
export function retryAfterIn(error: unknown): number | undefined {
  return error instanceof ProviderUnavailableError && (error.retryAfter ?? 0) > 0
    ? error.retryAfter
    : undefined
}

/**
 * What an error tells of its provider. One that refuses a request or has no such job is well; one that does not know us
 * will not know us at the next call either; one that says when to come back will be well by then.
 */
export function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof ProviderUnavailableError) {
    return retryAfterIn(error) === undefined ? 'failed' : 'undecided'
  }
  if (error instanceof ProviderAnswerError) return 'failed'
  if (error instanceof ProviderRefusedError) {
    return error.status === 401 || error.status === 403 ? 'failed' : 'succeeded'
  }
  return error instanceof MillraceError ? 'succeeded' : 'failed'
}

/** An error of the provider for what is none: no answer in time, none at all, or a mistake in its own code. */
export function failureOf(provider: string, thrown: unknown): ProviderUnavailableError | ProviderAnswerError {
  const why = reasonOf(causeOf(thrown))
  if (isMistake(thrown)) {
    return new ProviderAnswerError(`The provider '${provider}' could not deal with it: ${why}`, {
      provider,
      cause: thrown,
      remedy: 'it threw what is no error of a provider: look at its code',
    })
  }
  return new ProviderUnavailableError(`The provider '${provider}' gave no answer: ${why}`, {
    provider,
    cause: thrown,
    remedy: 'look whether it can be reached from the server; raise its `timeout` if it needs longer',
  })
}

/** What fetch throws of the network says 'fetch failed' or 'terminated'; why, says its cause. */
function causeOf(thrown: unknown): unknown {
  const { cause = thrown } = Object(thrown) as { readonly cause?: unknown }
  // Of a name with several addresses, all of which failed.
  const [first = cause] = (Object(cause) as { readonly errors?: readonly unknown[] }).errors ?? []
  return first
}

function isMistake(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return true
  const known = [TypeError, ReferenceError, RangeError, SyntaxError].some((type) => thrown instanceof type)
  return known && thrown.cause === undefined && thrown.message !== 'terminated'
}
