import type { Cancel, Clock } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import type { ArmedTimer } from '../state/keyed/timer-queue.ts'
import type { TimerSet } from '../state/keyed/timer-set.ts'

/** The one timer of the clock that a stage with processing-time timers has: it waits for the next of them. */
export class ProcessingAlarm {
  readonly #timers: TimerSet
  readonly #clock: Clock
  readonly #ring: () => void
  #cancel: Cancel | null = null
  #waitsFor = Infinity
  /** What the present round fires: timers for at most this time, set before it began. Null between rounds. */
  #round: { readonly now: number; readonly order: number } | null = null
  #closed = true

  /** @param ring called when a round begins: `due` has something. */
  constructor(timers: TimerSet, clock: Clock, ring: () => void) {
    this.#timers = timers
    this.#clock = clock
    this.#ring = ring
  }

  open(): void {
    this.#closed = false
    this.arm()
  }

  close(): void {
    this.#closed = true
    this.#disarm()
  }

  /** The next timer of the round that is on; null when it is over, or none is. */
  due(): ArmedTimer | null {
    if (this.#round === null) return null
    const next = this.#timers.next('processing')
    const { now, order } = this.#round
    // A timer that sets itself anew for a time that is past has to wait: others have their turn first.
    if (next !== null && next.timer.time <= now && next.timer.order < order) return next
    this.#round = null
    this.arm()
    return null
  }

  /** The next timer may be another one. */
  arm(): void {
    if (this.#closed || this.#round !== null) return
    const next = this.#timers.next('processing')
    if (next === null) return this.#disarm()
    if (this.#cancel !== null && this.#waitsFor <= next.timer.time) return
    this.#disarm()
    this.#waitsFor = next.timer.time
    const wait = Math.min(Math.max(next.timer.time - this.#clock.now(), 0), LONGEST_DELAY)
    this.#cancel = this.#clock.setTimeout(() => this.#wake(), wait)
  }

  #wake(): void {
    this.#cancel = null
    const next = this.#timers.next('processing')
    const now = this.#clock.now()
    if (next === null || next.timer.time > now) return this.arm()
    this.#round = { now, order: this.#timers.nextOrder }
    this.#ring()
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
