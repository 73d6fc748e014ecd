/** How a provider is kept from stalling others, and from being overrun. Times in milliseconds. */
export interface GuardOptions {
  /** For one request and its answer. Default 10 000. */
  readonly timeout?: number | undefined
  /** Requests under way at the same time. Default 8. */
  readonly concurrency?: number | undefined
  /** Calls that may wait for their turn; one more is refused with ProviderBusyError. Default 1 000. */
  readonly waiting?: number | undefined
  readonly retry?: GuardRetry | undefined
  readonly breaker?: BreakerOptions | undefined
}

/** How often to try again what failed for a reason that may pass, and how long to wait before. */
export interface GuardRetry {
  /** Failures of one call that are put up with; default 2. 0: none. */
  readonly attempts?: number | undefined
  /** Before the first repetition; default 200. Each wait is twice the one before. */
  readonly initial?: number | undefined
  /** That a wait is at most; default 5 000. A provider that asks for a longer one is left alone until then. */
  readonly max?: number | undefined
  /** The part of a wait, from 0 to 1, that chance adds or takes away; default 0.2. */
  readonly jitter?: number | undefined
}

/** When a provider that fails is left alone. */
export interface BreakerOptions {
  /** Failures in a row after which it is. Default 5. */
  readonly failures?: number | undefined
  /** For how long, at first; twice as long each time that it has not recovered. Default 10 000. */
  readonly cooldown?: number | undefined
  /** For how long at most. Default 300 000. */
  readonly longest?: number | undefined
}

/** With every default filled in. */
export interface GuardSettings {
  readonly timeout: number
  readonly concurrency: number
  readonly waiting: number
  readonly retry: Readonly<Record<keyof GuardRetry, number>>
  readonly breaker: Readonly<Record<keyof BreakerOptions, number>>
}

export function resolveGuard(options: GuardOptions): GuardSettings {
  const { timeout = 10_000, concurrency = 8, waiting = 1_000, retry = {}, breaker = {} } = options
  const { attempts = 2, initial = 200, max = 5_000, jitter = 0.2 } = retry
  const { failures = 5, cooldown = 10_000, longest = 300_000 } = breaker
  return {
    timeout,
    concurrency,
    waiting,
    retry: { attempts, initial, max, jitter },
    breaker: { failures, cooldown, longest },
  }
}
