/** Milliseconds in which crashes are counted together. */
export const CRASH_WINDOW = 60_000
/** Milliseconds before the first restart, doubled with each crash up to the longest. */
const SHORTEST = 100
const LONGEST = 10_000
/** The part of a delay that chance adds or takes away, so that services do not come up in step. */
const JITTER = 0.2

/** Says how soon a service that has crashed is started again, and when it is not any more. */
export class CrashBudget {
  readonly #restarts: number
  readonly #random: () => number
  #crashes: readonly number[] = []

  /** @param restarts crashes within a minute that are put up with; @param random from 0 up to 1. */
  constructor(restarts: number, random: () => number) {
    this.#restarts = restarts
    this.#random = random
  }

  /** Crashes within a minute, up to the last. */
  get crashes(): number {
    return this.#crashes.length
  }

  /** Notes a crash. Returns the milliseconds to wait before it is started again; null: it is not. */
  crashed(at: number): number | null {
    const recent = this.#crashes.filter((crash) => at - crash < CRASH_WINDOW)
    // Where restarts are unlimited no more is to be known than how long to wait.
    this.#crashes = [...recent.slice(-100), at]
    if (this.#crashes.length > this.#restarts) return null
    const delay = Math.min(LONGEST, SHORTEST * 2 ** (this.#crashes.length - 1))
    return delay * (1 + JITTER * (2 * this.#random() - 1))
  }
}
