import { asyncScheduler, type SchedulerLike } from 'rxjs'
import type { Cancel, Clock } from '../../src/time/clock.ts'
import { rest } from './turns.ts'

/** A clock whose timers wait to be told, while the event loop goes on turning. It remembers what was asked of it. */
export class ManualClock implements Clock {
  readonly scheduler: SchedulerLike = asyncScheduler
  /** Every delay that was ever asked for, in order. */
  readonly asked: number[] = []
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>()
  #now = 1_000_000

  /** Timers that wait. */
  get waiting(): number {
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
    this.asked.push(ms)
    this.#timers.set(key, { at: this.#now + ms, run })
    return () => void this.#timers.delete(key)
  }

  setImmediate(run: () => void): Cancel {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  }

  microtask(run: () => void): void {
    queueMicrotask(run)
  }

  /** Moves on, running what falls due in order; the job comes to rest before, between and after. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await rest()
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
      if (due === undefined) break
      const [key, { at, run }] = due
      this.#timers.delete(key)
      this.#now = Math.max(this.#now, at)
      run()
      await rest()
    }
    this.#now = end
  }
}
