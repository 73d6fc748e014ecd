import type { Cancel, Clock } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'

/** Rings once the clock has come to the earliest time it was set to. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #time = Infinity
  #cancel: Cancel | null = null

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Milliseconds since the epoch; Infinity: never. */
  set(time: number): void {
    if (time >= this.#time) return
    this.#cancel?.()
    this.#time = time
    this.#arm()
  }

  clear(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#time = Infinity
  }

  /** Wall clocks are set back, and waits may be longer than a timer's. */
  #arm(): void {
    const left = this.#time - this.#clock.now()
    this.#cancel = this.#clock.setTimeout(
      () => {
        if (this.#clock.now() < this.#time) return this.#arm()
        this.clear()
        this.#ring()
      },
      Math.min(Math.max(left, 0), LONGEST_DELAY),
    )
  }
}
