import type { Cancel, Clock } from '../../time/clock.ts'
import type { Calls } from '../engine/calls.ts'
import type { Heartbeat, Orders } from '../protocol/heartbeat.ts'
import { fromJson, toJson } from '../protocol/json.ts'
import { LEADER_SUBJECT } from '../protocol/leader-calls.ts'

/** Milliseconds between heartbeats, and at least so many where there is news. */
const PERIOD = 1_000
const LEAST = 30
/** Milliseconds for an answer. */
const PATIENCE = 2_000

export interface HeartOptions {
  readonly calls: Calls
  readonly clock: Clock
  /** What there is to say now. */
  readonly beat: (number: number) => Heartbeat
  /** What the leader has answered, if no newer one has said anything before. */
  readonly heed: (orders: Orders) => void
  /** Told once each time that nobody answers any more, and when somebody does again. */
  readonly heard: (isHeard: boolean, error: unknown) => void
}

/** Says to the leader how a worker gets on: one heartbeat at a time, so that an answer is never older than the one before. */
export class Heart {
  readonly #options: HeartOptions
  #number = 0
  #term = 0
  #isHeard = true
  #hasNews = false
  #closed = false
  /** Ends the pause between heartbeats. */
  #wake: () => void = () => {}
  #beating: Promise<void> = Promise.resolve()

  constructor(options: HeartOptions) {
    this.#options = options
  }

  start(): void {
    this.#beating = this.#beat()
  }

  /** There is news: the next heartbeat comes at once. */
  wake(): void {
    this.#hasNews = true
    this.#wake()
  }

  /** Says a last time how things are, and no more. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake()
    await this.#beating
    await this.#say()
  }

  async #beat(): Promise<void> {
    while (!this.#closed) {
      this.#hasNews = false
      await this.#say()
      await this.#pause(LEAST)
      if (!this.#hasNews) await this.#pause(PERIOD - LEAST)
    }
  }

  async #say(): Promise<void> {
    const { calls, beat, heed, heard } = this.#options
    try {
      const answer = await calls.call(LEADER_SUBJECT, toJson(beat(++this.#number)), PATIENCE)
      const orders = fromJson<Orders>(answer)
      if (!this.#isHeard) heard(true, null)
      this.#isHeard = true
      if (orders.term < this.#term) return
      this.#term = orders.term
      heed(orders)
    } catch (error) {
      if (this.#isHeard) heard(false, error)
      this.#isHeard = false
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      let cancel: Cancel = () => {}
      const go = (): void => {
        cancel()
        this.#wake = () => {}
        resolve()
      }
      cancel = this.#options.clock.setTimeout(go, ms)
      // The shortest pause keeps those who have much to say from saying it over and over.
      if (ms > LEAST || this.#closed) this.#wake = go
    })
  }
}
