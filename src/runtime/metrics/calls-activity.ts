import { Activity, type ActivityTimes, type Doing } from './activity.ts'

/**
 * What the time of an operator goes into whose calls overlap. It shares the strand that makes the calls, and is busy
 * while its window is full, too; unless the strand that reads the results is held back meanwhile, as then it is not the
 * calls that are waited for. While there is room in the window it waits for records, however many calls are in flight;
 * once no more will come it is busy until the last result has been read.
 */
export class CallsActivity {
  readonly #own = new Activity()
  readonly #reader: Activity
  #isFull = false
  /** How long the reader had been held back when the window was last found full. */
  #heldBefore = 0
  /** Milliseconds that the window was full, and the reader held back. */
  #held = 0

  constructor(reader: Activity) {
    this.#reader = reader
  }

  begin(at: number): void {
    this.#own.begin(at)
  }

  /** The strand that makes the calls had a turn. @param isFull whether the window is, or no more records will come */
  turn(from: number, until: number, doing: Doing, isFull: boolean): void {
    this.#held += this.#heldSince(from)
    this.#own.turn(from, until, isFull ? 'busy' : doing)
    this.#isFull = isFull
    this.#heldBefore = this.#reader.until(until).heldMs
  }

  until(now: number): ActivityTimes {
    const { busyMs, heldMs, idleMs } = this.#own.until(Math.min(now, this.#reader.endedAt))
    const held = Math.min(busyMs, this.#held + this.#heldSince(now))
    return { busyMs: busyMs - held, heldMs: heldMs + held, idleMs }
  }

  #heldSince(now: number): number {
    return this.#isFull ? Math.max(0, this.#reader.until(now).heldMs - this.#heldBefore) : 0
  }
}
