import type { SchedulerLike } from 'rxjs'

/** Takes back what was scheduled. Calling it twice, or after it ran, does nothing. */
export type Cancel = () => void

/**
 * Where all time and all asynchrony of a job comes from. The real clock is Node's; the testing kit's runs on
 * RxJS's TestScheduler. A clock never calls back synchronously.
 */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
  /** Milliseconds from an arbitrary point, never going back. Bounds the slices of work, and measures waits. */
  monotonic(): number
  /** Calls `run` once after at least `ms` milliseconds, at most LONGEST_DELAY. */
  setTimeout(run: () => void, ms: number): Cancel
  /** Calls `run` on the next turn of the event loop. In virtual time this takes no frame. */
  setImmediate(run: () => void): Cancel
  /** Calls `run` before the event loop turns. */
  microtask(run: () => void): void
  /** The same time as an RxJS scheduler, for operators inside `pipe`. */
  readonly scheduler: SchedulerLike
}
