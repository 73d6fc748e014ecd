import { VirtualTimeScheduler } from 'rxjs'
import type { Cancel, Clock } from '../../../../src/time/clock.ts'

type Run = () => void

/** A clock in which nothing happens by itself: time, timers, microtasks and turns of the event loop are moved by hand. */
export class HandClock implements Clock {
  readonly scheduler = new VirtualTimeScheduler()
  time = 0
  /** Looks at the monotonic clock so far. */
  looks = 0
  readonly microtasks: Run[] = []
  readonly #immediates = new Set<Run>()
  readonly #timers = new Set<{ readonly at: number; readonly run: Run }>()

  get immediates(): number {
    return this.#immediates.size
  }
  get timers(): number {
    return this.#timers.size
  }

  now(): number {
    return this.time
  }
  monotonic(): number {
    this.looks++
    return this.time
  }
  setTimeout(run: Run, ms: number): Cancel {
    const timer = { at: this.time + ms, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }
  setImmediate(run: Run): Cancel {
    const immediate = (): void => run()
    this.#immediates.add(immediate)
    return () => void this.#immediates.delete(immediate)
  }
  microtask(run: Run): void {
    this.microtasks.push(run)
  }

  /** Runs microtasks until there is none, or so many of them. */
  drain(most = 10_000): number {
    let ran = 0
    for (; ran < most && this.microtasks.length > 0; ran++) this.microtasks.shift()!()
    return ran
  }

  /** The event loop turns once: what was armed before runs. */
  turn(): void {
    for (const immediate of [...this.#immediates]) {
      this.#immediates.delete(immediate)
      immediate()
    }
  }

  /** Time passes, and what falls due runs in order. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers.delete(due)
      this.time = Math.max(this.time, due.at)
      due.run()
    }
    this.time = end
  }
}

/** Lets every promise that can settle do so. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
