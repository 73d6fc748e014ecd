/** What is known of a failure beside its error. */
export interface Failure {
  /** Whether the same request may succeed later. */
  readonly passing: boolean
  /** Whether the server may have done what it was asked to do. */
  readonly maybeDone: boolean
  /** Milliseconds the server asks to wait. */
  readonly retryAfter?: number | undefined
  /** Whether the server answers, but wants less to be asked of it: a 429. */
  readonly tooMany?: boolean | undefined
}

const failures = new WeakMap<object, Failure>()

/** Notes what is known of an error, and gives it back. */
export function withFailure<E extends object>(error: E, failure: Failure): E {
  failures.set(error, failure)
  return error
}

const none: Failure = { passing: false, maybeDone: true }

/** What is known of an error that was thrown. */
export function failureOf(error: unknown): Failure {
  return (typeof error === 'object' && error !== null && failures.get(error)) || none
}

/** Whether the same request may succeed later. A full disk and what the server cannot do at all do not pass soon. */
export function isPassing(status: number): boolean {
  if (status === 408 || status === 425 || status === 429) return true
  return status >= 500 && status !== 501 && status !== 505 && status !== 507
}
