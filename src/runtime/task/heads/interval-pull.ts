import { END } from '../../../functions/user-functions.ts'
import type { Cancel, Clock } from '../../../time/clock.ts'
import type { OpenedPull } from './pull-head.ts'

/**
 * 0, 1, 2, ... one every `period` milliseconds. Ticks that fall due while the pipeline is busy are not queued: they
 * are given as soon as it is free.
 */
export function intervalPull(clock: Clock, period: number, count: number, signal: AbortSignal): OpenedPull {
  let tick = 0
  let start = 0
  let cancel: Cancel | null = null
  signal.addEventListener('abort', () => cancel?.(), { once: true })
  return {
    open: () => {
      start = clock.monotonic() - tick * period
    },
    next: () => {
      if (tick === count) return END
      const wait = start + (tick + 1) * period - clock.monotonic()
      if (wait <= 0) return tick++
      return new Promise<number>((resolve) => {
        cancel = clock.setTimeout(() => {
          cancel = null
          resolve(tick++)
        }, wait)
      })
    },
    close: () => cancel?.(),
    snapshot: () => tick,
    restore: (position) => (tick = position as number),
    progress: () => ({ done: tick, total: count === Infinity ? undefined : count, unit: 'records' }),
  }
}
