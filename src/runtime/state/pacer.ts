import type { Clock } from '../../time/clock.ts'

/** Long work on state has a break when it has gone on for so many milliseconds. */
export const SLICE_MS = 1

/** Breaks for work that is done piece by piece. */
export class Pacer {
  readonly #clock: Clock
  #end: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#end = clock.monotonic() + SLICE_MS
  }

  /** Between two pieces: null as long as there is time. Otherwise await it. */
  pause(): Promise<void> | null {
    if (this.#clock.monotonic() < this.#end) return null
    return new Promise((resolve) => {
      this.#clock.setImmediate(() => {
        this.#end = this.#clock.monotonic() + SLICE_MS
        resolve()
      })
    })
  }
}
