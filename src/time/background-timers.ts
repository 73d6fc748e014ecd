import type { Clock } from './clock.ts'

/**
 * The timers of Node's own time, of a kind that keeps no process alive: for watching one. Apart from the real clock, whose
 * RxJS scheduler costs a process a tenth of a second when it starts.
 */
export const backgroundTimers: Pick<Clock, 'setTimeout' | 'setImmediate'> = {
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
  setImmediate(run) {
    const immediate = setImmediate(run).unref()
    return () => clearImmediate(immediate)
  },
}
