import {
  exponentialDelay,
  type RestartStrategy,
  type RestartStrategyOf,
} from '../functions/restart-strategy.ts'

/** What a strategy remembers of a job's failures: bounded, and JSON-serialisable. */
export interface RestartHistory {
  /** Restarts so far; of an exponential strategy, since its delays began anew. */
  readonly restarts: number
  /** When the last restart was due, in milliseconds of the caller's clock; meaningless before there was one. */
  readonly restartedAt: number
  /** When the last failures were, oldest first: as many as a failure rate is counted from. */
  readonly failures: readonly number[]
}

/** Of a job that has not failed yet. */
export const noFailures: RestartHistory = { restarts: 0, restartedAt: 0, failures: [] }

export type RestartDecision =
  | {
      readonly restart: true
      /** Milliseconds to wait first, at least 0. */
      readonly delay: number
      /** To be handed in at the next failure. */
      readonly history: RestartHistory
    }
  | {
      readonly restart: false
      /** A clause, for a message that ends with "because ...". */
      readonly reason: string
    }

/**
 * What to do about a failure at `at`, in milliseconds of one and the same clock at each call. `random` returns numbers
 * from 0 up to 1, as Math.random does. Whether the error can be recovered from at all, `isRecoverable` says.
 */
export function decideRestart(
  strategy: RestartStrategy,
  history: RestartHistory,
  at: number,
  random: () => number,
): RestartDecision {
  switch (strategy.type) {
    case 'none':
      return { restart: false, reason: 'it has no restart strategy' }
    case 'fixed-delay':
      return afterFixedDelay(strategy, history, at)
    case 'exponential':
      return afterGrowingDelay(exponentialDelay(strategy), history, at, random)
    case 'failure-rate':
      return whileRateIsLow(strategy, history, at)
    default:
      return strategy satisfies never
  }
}

function afterFixedDelay(
  { attempts, delay }: RestartStrategyOf<'fixed-delay'>,
  history: RestartHistory,
  at: number,
): RestartDecision {
  if (history.restarts >= attempts) return usedUp(attempts)
  return restart(history.restarts + 1, at, delay, [])
}

function afterGrowingDelay(
  { initial, max, factor, jitter, resetAfter, attempts }: RestartStrategyOf<'exponential'>,
  history: RestartHistory,
  at: number,
  random: () => number,
): RestartDecision {
  const restarts = at - history.restartedAt >= resetAfter ? 0 : history.restarts
  if (restarts >= attempts) return usedUp(attempts)
  const delay = Math.min(max, initial * factor ** restarts)
  const chance = jitter * (2 * random() - 1)
  return restart(restarts + 1, at, Math.min(max, delay * (1 + chance)), [])
}

function whileRateIsLow(
  { failures, interval, delay }: RestartStrategyOf<'failure-rate'>,
  history: RestartHistory,
  at: number,
): RestartDecision {
  const recent = [...history.failures.filter((failure) => at - failure <= interval), at]
  if (recent.length > failures) {
    return {
      restart: false,
      reason: `it failed ${recent.length} times within ${interval} ms, and its restart strategy puts up with ${failures}`,
    }
  }
  return restart(history.restarts + 1, at, delay, recent)
}

function restart(restarts: number, at: number, delay: number, failures: readonly number[]): RestartDecision {
  return { restart: true, delay, history: { restarts, restartedAt: at + delay, failures } }
}

function usedUp(attempts: number): RestartDecision {
  const times = attempts === 1 ? 'once' : `${attempts} times`
  return { restart: false, reason: `it was restarted ${times}, as often as its restart strategy allows` }
}
