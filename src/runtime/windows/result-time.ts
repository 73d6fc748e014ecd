import type { EventTime } from '../task/event-time.ts'

/**
 * The event time of what comes of records later than they do: that of the newest, or where the watermark is past it
 * that just behind the watermark, as what follows would take it for late.
 */
export class ResultTime {
  readonly #eventTime: EventTime
  /** How far event time had come before it came to its end. */
  #watermark = -Infinity

  constructor(eventTime: EventTime) {
    this.#eventTime = eventTime
  }

  /** The stage has something to do; afterwards event time may come to its end. */
  note(): void {
    if (this.#eventTime.watermark !== Infinity) this.#watermark = this.#eventTime.watermark
  }

  /** NaN where no record has an event time: `newest` is -Infinity. */
  behind(newest: number): number {
    this.note()
    return newest === -Infinity ? NaN : Math.max(newest, this.#watermark + 1)
  }
}
