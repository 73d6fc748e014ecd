import { VirtualTimeScheduler } from 'rxjs'
import type { Cancel, Clock } from '../../../../src/time/clock.ts'

/** A clock that has gone on by `step` milliseconds whenever somebody looks; the event loop is Node's. */
export class SteppingClock implements Clock {
  readonly scheduler: VirtualTimeScheduler = new VirtualTimeScheduler()
  /** Turns of the event loop that were asked for. */
  turns = 0
  readonly #step: number
  #time = 0

  constructor(step: number) {
    this.#step = step
  }

  now(): number {
    return this.#time
  }
  monotonic(): number {
    return (this.#time += this.#step)
  }
  setTimeout(): Cancel {
    throw new Error('not asked for')
  }
  setImmediate(run: () => void): Cancel {
    this.turns++
    const handle = setImmediate(run)
    return () => clearImmediate(handle)
  }
  microtask(run: () => void): void {
    queueMicrotask(run)
  }
}
