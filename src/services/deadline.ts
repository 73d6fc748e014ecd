import type { Cancel, Clock } from '../time/clock.ts'
import { isThenable } from '../util/is-thenable.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'

/** Calls `expire` after `ms` milliseconds; never where that is longer than a timer can wait. */
export function startTimer(clock: Clock, ms: number, expire: () => void): Cancel {
  return ms > LONGEST_DELAY ? () => {} : clock.setTimeout(expire, ms)
}

export interface Deadline {
  readonly clock: Clock
  readonly ms: number
  /** The error for an overrun. */
  readonly late: () => Error
  /** Ends the wait with its reason; looked at from when the work has begun. */
  readonly signal?: AbortSignal
}

/**
 * Does `work` and settles as it does, or rejects when it overruns. An overrun or an abort ends the wait, not the
 * work; what the work does later goes unheard. The timer is gone when the promise has settled.
 */
export function withDeadline<T>(work: () => T, { clock, ms, late, signal }: Deadline): Promise<Awaited<T>> {
  return new Promise((resolve, reject) => {
    const outcome = work()
    if (!isThenable(outcome)) {
      resolve(outcome as Awaited<T>)
      return
    }
    const abort = (): void => fail(signal?.reason)
    const release = (): void => {
      cancelTimer()
      signal?.removeEventListener('abort', abort)
    }
    const fail = (error: unknown): void => {
      release()
      reject(error)
    }
    const cancelTimer = startTimer(clock, ms, () => fail(late()))
    signal?.addEventListener('abort', abort)
    if (signal?.aborted === true) abort()
    void Promise.resolve(outcome).then((value) => {
      release()
      resolve(value)
    }, fail)
  })
}
