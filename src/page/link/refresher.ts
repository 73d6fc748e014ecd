import { browserClock } from '../browser-clock.ts'

/** Milliseconds between two looks that can wait. */
const PAUSE = 1000

/** Looks at something: at once, or soon where many ask for it. */
export class Refresher {
  readonly #look: () => void
  #cancel: (() => void) | null = null
  #lookedAt = -Infinity

  constructor(look: () => void) {
    this.#look = look
  }

  now(): void {
    this.close()
    this.#lookedAt = browserClock.now()
    this.#look()
  }

  /** Once for all who ask, and not sooner than PAUSE after the last time. */
  soon(): void {
    const wait = this.#lookedAt + PAUSE - browserClock.now()
    this.#cancel ??= browserClock.after(Math.max(0, wait), () => this.now())
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
