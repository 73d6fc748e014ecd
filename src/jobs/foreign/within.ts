import type { Clock } from '../../time/clock.ts'
import { untilAborted } from './until-aborted.ts'

export interface Deadline {
  readonly clock: Pick<Clock, 'setTimeout'>
  readonly ms: number
  readonly signal: AbortSignal
  /** What it rejects with when time is up. */
  readonly late: () => Error
}

/**
 * Gives work so much time, and a signal that is aborted then. Whether the work heeds it or not, this settles: a provider
 * that neither answers nor gives up holds nobody.
 */
export async function within<T>(
  { clock, ms, signal, late }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inTime = new AbortController()
  const abort = (): void => inTime.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  const cancel = clock.setTimeout(() => inTime.abort(late()), ms)
  try {
    return await untilAborted(work(inTime.signal), inTime.signal)
  } finally {
    cancel()
    signal.removeEventListener('abort', abort)
  }
}
