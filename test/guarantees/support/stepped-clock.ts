import type { Clock } from '../../../src/time/clock.ts'
import { realClock } from '../../../src/time/real-clock.ts'

/** Real turns of the event loop, but time that passes only when the test says so; and how long each turn was. */
export class SteppedClock implements Clock {
  readonly scheduler = realClock.scheduler
  time = 0
  /** Turns of the event loop since `watch`. */
  turns = 0
  /** The most time that passed within one turn. */
  longest = 0
  #turnStart = 0
  #watching = true

  constructor() {
    this.#watch()
  }

  /** The user's code works for so long. */
  work(ms: number): void {
    this.time += ms
    this.longest = Math.max(this.longest, this.time - this.#turnStart)
  }

  now(): number {
    return this.time
  }
  monotonic(): number {
    return this.time
  }
  setTimeout(run: () => void, ms: number): () => void {
    return realClock.setTimeout(run, ms)
  }
  setImmediate(run: () => void): () => void {
    return realClock.setImmediate(run)
  }
  microtask(run: () => void): void {
    realClock.microtask(run)
  }

  close(): void {
    this.#watching = false
  }

  #watch(): void {
    setImmediate(() => {
      this.turns++
      this.#turnStart = this.time
      if (this.#watching) this.#watch()
    })
  }
}
