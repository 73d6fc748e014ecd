import type { Clock } from '../../time/clock.ts'
import { addressBlock } from './address-block.ts'

/** Milliseconds in which failures are counted, from the first. */
const WINDOW = 60_000
/** Addresses whose failures are remembered; of more than that the oldest is forgotten. */
const MOST_ADDRESSES = 10_000

/** Counts failures by address, in bounded memory. */
export class FailureLimit {
  readonly #clock: Clock
  readonly #most: number
  readonly #failures = new Map<string, { count: number; readonly until: number }>()

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** Milliseconds that an address has to wait; 0: it may try. */
  wait(address: string): number {
    const key = addressBlock(address)
    const failures = this.#failures.get(key)
    if (failures === undefined) return 0
    const left = failures.until - this.#clock.monotonic()
    if (left <= 0) this.#failures.delete(key)
    return left > 0 && failures.count >= this.#most ? left : 0
  }

  add(address: string): void {
    if (this.wait(address) > 0) return
    const key = addressBlock(address)
    const failures = this.#failures.get(key)
    if (failures !== undefined) failures.count++
    else this.#failures.set(key, { count: 1, until: this.#clock.monotonic() + WINDOW })
    if (this.#failures.size > MOST_ADDRESSES) this.#failures.delete(this.#failures.keys().next().value!)
  }
}
