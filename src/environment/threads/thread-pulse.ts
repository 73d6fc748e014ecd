import type { Cancel, Clock } from '../../time/clock.ts'

/** Milliseconds between two pings: a thread tells how it gets on as often. */
const PERIOD = 250

export interface PulseListener {
  readonly ping: (count: number) => void
  /** There was no answer for too long. Told once for each time that it falls silent. */
  readonly stopped: () => void
}

/** Asks a thread for a sign of life, over and over. A process that was held up itself judges nobody for that time. */
export class ThreadPulse {
  readonly #clock: Clock
  readonly #timeout: number
  readonly #listener: PulseListener
  #cancel: Cancel | null = null
  #count = 0
  /** Milliseconds that were waited for the last ping's answer; null: it has come. */
  #waited: number | null = null
  #told = false

  /** @param timeout milliseconds */
  constructor(clock: Clock, timeout: number, listener: PulseListener) {
    this.#clock = clock
    this.#timeout = timeout
    this.#listener = listener
  }

  start(): void {
    this.#cancel = this.#clock.setTimeout(this.#tick, PERIOD)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  heard(count: number): void {
    if (count !== this.#count) return
    this.#waited = null
    this.#told = false
  }

  readonly #tick = (): void => {
    this.#cancel = this.#clock.setTimeout(this.#tick, PERIOD)
    if (this.#waited === null) {
      this.#waited = 0
      this.#listener.ping(++this.#count)
      return
    }
    // By ticks, not by the clock: while this process stood still, so did they.
    this.#waited += PERIOD
    if (this.#waited < this.#timeout || this.#told) return
    this.#told = true
    this.#listener.stopped()
  }
}
