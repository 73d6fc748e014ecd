import type { Cancel, Clock } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'

/** Questions without an answer after which a process counts as silent. */
const QUESTIONS = 3

export interface HeartbeatEvents {
  /** To ask for a sign of life. */
  readonly ask: () => void
  /** There was none in time. Comes once. */
  readonly silent: () => void
}

/**
 * Looks whether a process is alive. What counts is the questions without an answer, and not the time: an event loop that
 * was blocked here has asked none meanwhile.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #interval: number
  readonly #events: HeartbeatEvents
  #unanswered = 0
  #cancel: Cancel = () => {}

  constructor(clock: Clock, timeout: number, events: HeartbeatEvents) {
    this.#clock = clock
    // It may have fallen silent right behind its last sign of life, one interval before the first of them.
    this.#interval = timeout / (QUESTIONS + 1)
    this.#events = events
  }

  start(): void {
    if (this.#interval > LONGEST_DELAY) return
    this.#cancel()
    this.#cancel = this.#clock.setTimeout(() => this.#ask(), this.#interval)
  }

  /** The process has said something. */
  heard(): void {
    this.#unanswered = 0
  }

  stop(): void {
    this.#cancel()
    this.#cancel = () => {}
  }

  #ask(): void {
    if (this.#unanswered === QUESTIONS) return this.#events.silent()
    this.#unanswered++
    this.#events.ask()
    this.start()
  }
}
