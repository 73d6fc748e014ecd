import { VirtualTimeScheduler, type SchedulerLike } from 'rxjs'
import type { Cancel, Clock } from '../../src/time/clock.ts'

/** A clock that stands still until it is told to move, and knows the timers it holds. */
export class FakeClock implements Clock {
  readonly scheduler: SchedulerLike = new VirtualTimeScheduler()
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>()
  #now = 1_000

  get timers(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  setTimeout(run: () => void, ms: number): Cancel {
    const key = {}
    this.#timers.set(key, { at: this.#now + ms, run })
    return () => void this.#timers.delete(key)
  }

  setImmediate(run: () => void): Cancel {
    return this.setTimeout(run, 0)
  }

  microtask(run: () => void): void {
    queueMicrotask(run)
  }

  /** Moves on, running what falls due, and lets promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await turn()
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
      if (due === undefined) break
      const [key, { at, run }] = due
      this.#timers.delete(key)
      this.#now = at
      run()
      await turn()
    }
    this.#now = end
  }
}

/** Lets every promise that can settle do so: one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
