import { LONGEST_DELAY } from '../util/longest-delay.ts'
import type { Cancel, Clock } from './clock.ts'

/**
 * Resolves after `ms` of the clock; Infinity never comes, and nothing else takes longer than LONGEST_DELAY. Rejects with
 * the reason of the first signal that is aborted. Leaves no timer and no listener.
 */
export function delay(
  clock: Pick<Clock, 'setTimeout'>,
  ms: number,
  signals: readonly AbortSignal[] = [],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let cancel: Cancel = () => {}
    const release = (): void => {
      cancel()
      for (const signal of signals) signal.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      release()
      reject(signals.find((signal) => signal.aborted)?.reason as unknown)
    }
    if (signals.some((signal) => signal.aborted)) return abort()
    for (const signal of signals) signal.addEventListener('abort', abort)
    if (ms === Infinity) return
    const due = (): void => {
      release()
      resolve()
    }
    cancel = clock.setTimeout(due, Math.min(Math.max(0, ms), LONGEST_DELAY))
  })
}
