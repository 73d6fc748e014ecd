import type { Cancel, Clock } from '../../time/clock.ts'
import type { ForeignJobStore } from '../store/foreign-job-store.ts'

/** Milliseconds for which a lease is taken, at least and at most. */
const SHORTEST = 6_000
const LONGEST = 60_000

export interface LeaseDetails {
  readonly name: string
  /** Who wants it: no two servers on a database may have the same. */
  readonly owner: string
  /** Milliseconds between two uses. */
  readonly interval: number
  /** Called when it has been got, and when it has been lost. */
  readonly onChange: (held: boolean) => void
}

/**
 * What only one of the servers on a database is to do at a time. The lease is prolonged three times within its term;
 * the term of a server that died runs out, and then another one has it. A database that is out of order gives it to
 * nobody.
 */
export class Lease {
  readonly #store: Pick<ForeignJobStore, 'lease' | 'release'>
  readonly #clock: Clock
  readonly #details: LeaseDetails
  readonly #term: number
  #held = false
  #timer: Cancel = () => {}

  constructor(store: Pick<ForeignJobStore, 'lease' | 'release'>, clock: Clock, details: LeaseDetails) {
    this.#store = store
    this.#clock = clock
    this.#details = details
    this.#term = Math.min(Math.max(2 * details.interval, SHORTEST), LONGEST)
  }

  get held(): boolean {
    return this.#held
  }

  /** Takes it, now or as soon as it is free, and keeps it. */
  open(): void {
    const held = this.#take()
    this.#timer = this.#clock.setTimeout(() => this.open(), this.#term / 3)
    if (held === this.#held) return
    this.#held = held
    this.#details.onChange(held)
  }

  /** Another one may have it. */
  close(): void {
    this.#timer()
    if (!this.#held) return
    this.#held = false
    try {
      this.#store.release(this.#details.name, this.#details.owner)
    } catch {
      // Its term runs out.
    }
  }

  #take(): boolean {
    const { name, owner } = this.#details
    const now = this.#clock.now()
    try {
      return this.#store.lease(name, owner, now, now + this.#term)
    } catch {
      return false
    }
  }
}
