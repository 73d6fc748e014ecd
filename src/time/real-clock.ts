import { asyncScheduler } from 'rxjs'
import type { Clock } from './clock.ts'

/** `then` of a settled promise costs a third of queueMicrotask, which makes an AsyncResource for each call. */
const settled = Promise.resolve()

/** From 0 up to 1. */
export const realRandom = (): number => Math.random()

/** Node's own time. But for those of watchers there are no other timers, so that everything else can be run in virtual time. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  setImmediate(run) {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
  microtask: (run) => void settled.then(run),
  scheduler: asyncScheduler,
}
