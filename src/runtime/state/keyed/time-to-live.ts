import type { StateTtl } from '../../../functions/state-descriptors.ts'

/** What of a call's context tells the time. */
export interface CallTime {
  /** Event time of the record or timer; NaN: none. */
  readonly time: number
  now(): number
}

/** How far event time has come for the state of one stage. It never goes back, and stays finite at the end. */
export class StateClock {
  horizon: number = -Infinity

  /** Called before each call: with the watermark for a record, with its time for an event-time timer. */
  moveTo(time: number): void {
    if (time > this.horizon && time !== Infinity) this.horizon = time
  }
}

/**
 * When state is too old. Its time is noted with it as `at`: NaN where no time was known, which is made good as soon as
 * one is.
 *
 * A call sees what is not gone by its own time. What is removed is what no call can see any more: by event time, what
 * is gone by the horizon.
 */
export class TimeToLive {
  readonly refreshesOnRead: boolean
  readonly #ms: number
  readonly #byEventTime: boolean
  readonly #clock: StateClock
  readonly #now: () => number

  constructor(ttl: Required<StateTtl>, clock: StateClock, now: () => number) {
    this.#ms = ttl.ms
    this.#byEventTime = ttl.time === 'event'
    this.refreshesOnRead = ttl.refresh === 'read'
    this.#clock = clock
    this.#now = now
  }

  /** The time of a call; NaN: not known. */
  timeOf(call: CallTime): number {
    if (!this.#byEventTime) return call.now()
    const { horizon } = this.#clock
    return known(call.time > horizon ? call.time : horizon)
  }

  /** What is gone by this time, no call sees any more; NaN: not known. */
  horizon(): number {
    return this.#byEventTime ? known(this.#clock.horizon) : this.#now()
  }

  gone(at: number, now: number): boolean {
    return at + this.#ms <= now
  }
}

function known(time: number): number {
  return time === -Infinity ? NaN : time
}

/** The later of two times, either of which may be NaN: a record that is out of order makes nothing older. */
export function latest(at: number, now: number): number {
  return at >= now ? at : now
}
