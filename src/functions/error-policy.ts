/** How long to wait before attempt n+1: milliseconds, or exponential between two bounds. */
export type Backoff =
  | number
  | {
      /** Milliseconds before the first retry. */
      readonly initial: number
      /** Default 2. */
      readonly factor?: number
      /** Milliseconds; default 30 000. */
      readonly max?: number
    }

export interface RetryPolicy {
  readonly retry: {
    /** Retries after the first attempt; a positive integer. */
    readonly attempts: number
    /** Default 0: retry at once. */
    readonly backoff?: Backoff
  }
  /** What becomes of the record when the retries are used up; default 'fail'. */
  readonly then?: 'fail' | 'skip' | 'dead-letter'
}

/**
 * What an operator does with a record its function throws on. `'fail'` (default) ends the job; `'skip'` counts
 * and drops; `'dead-letter'` counts and hands it to `env.deadLetters()`; retry calls the function again.
 */
export type ErrorPolicy = 'fail' | 'skip' | 'dead-letter' | RetryPolicy

/** A record an operator gave up on. */
export interface DeadLetter<T = unknown> {
  readonly record: T
  /** Name of the operator that gave up. */
  readonly operator: string
  readonly nodeId: string
  readonly error: unknown
  /** Calls made for this record, at least 1. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly at: number
}
