/** Restarts a set number of times, always after the same delay. */
export interface FixedDelayOptions {
  /** Restarts in all: a positive integer, or Infinity; default 1. */
  readonly attempts?: number
  /** Milliseconds before each restart; default 1 000. */
  readonly delay?: number
}

/** Waits longer before each restart, and begins anew once the job has run well for a while. */
export interface ExponentialDelayOptions {
  /** Milliseconds before the first restart, above 0; default 1 000. */
  readonly initial?: number
  /** Milliseconds before a restart at most, at least `initial`; default 60 000. */
  readonly max?: number
  /** How much longer each delay is than the one before, at least 1; default 1.5. */
  readonly factor?: number
  /** The part of a delay, from 0 to 1, that chance adds or takes away, so that jobs do not restart in step; default 0.1. */
  readonly jitter?: number
  /** Milliseconds without a failure after which delay and attempts begin anew; default 3 600 000, an hour. */
  readonly resetAfter?: number
  /** Restarts until they begin anew: a positive integer; default Infinity. */
  readonly attempts?: number
}

/** Restarts while failures are few in a stretch of time. */
export interface FailureRateOptions {
  /** Failures within `interval` that are put up with, a positive integer; default 1. One more ends the job. */
  readonly failures?: number
  /** Milliseconds; default 60 000. */
  readonly interval?: number
  /** Milliseconds before each restart; default 1 000. */
  readonly delay?: number
}

/**
 * Whether and when a job that has failed runs again, from its last checkpoint if there is one: pure data, which the
 * functions of this file make, with the defaults of Apache Flink.
 */
export type RestartStrategy =
  | { readonly type: 'none' }
  | { readonly type: 'fixed-delay'; readonly attempts: number; readonly delay: number }
  | {
      readonly type: 'exponential'
      readonly initial: number
      readonly max: number
      readonly factor?: number
      readonly jitter?: number
      readonly resetAfter?: number
      readonly attempts?: number
    }
  | {
      readonly type: 'failure-rate'
      readonly failures: number
      readonly interval: number
      readonly delay: number
    }

/** A restart strategy of one type, with every default filled in. */
export type RestartStrategyOf<Type extends RestartStrategy['type']> = Required<
  Extract<RestartStrategy, { readonly type: Type }>
>

/** The first failure ends the job. */
export function noRestart(): RestartStrategyOf<'none'> {
  return { type: 'none' }
}

/** Up to `attempts` restarts in all, each after `delay` milliseconds. */
export function fixedDelay(options: FixedDelayOptions = {}): RestartStrategyOf<'fixed-delay'> {
  const { attempts = 1, delay = 1_000 } = options
  return { type: 'fixed-delay', attempts, delay }
}

/** Delays that grow from `initial` to `max`, and begin anew after `resetAfter` milliseconds without a failure. */
export function exponentialDelay(options: ExponentialDelayOptions = {}): RestartStrategyOf<'exponential'> {
  const { initial = 1_000, max = 60_000, factor = 1.5 } = options
  const { jitter = 0.1, resetAfter = 3_600_000, attempts = Infinity } = options
  return { type: 'exponential', initial, max, factor, jitter, resetAfter, attempts }
}

/** Restarts until more than `failures` failures come within `interval` milliseconds. */
export function failureRate(options: FailureRateOptions = {}): RestartStrategyOf<'failure-rate'> {
  const { failures = 1, interval = 60_000, delay = 1_000 } = options
  return { type: 'failure-rate', failures, interval, delay }
}
