import type { Clock } from './clock.ts'

/**
 * Node's own time, with timers of a kind that keeps no process alive: for watching one. Apart from the real clock, whose
 * RxJS scheduler costs a process a tenth of a second when it starts.
 */
export const backgroundTimers: Pick<Clock, 'monotonic' | 'setTimeout' | 'setImmediate'> = {
  monotonic: () => performance.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  setImmediate(run) {
    const immediate = setImmediate(run).unref()
    return () => clearImmediate(immediate)
  },
}
