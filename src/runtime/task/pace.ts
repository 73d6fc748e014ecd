import type { Clock } from '../../time/clock.ts'

/** Milliseconds of work in one turn, more or less: the clock is looked at between rounds. */
const TURN_MS = 1
/**
 * Milliseconds of one round at most, aimed at by adapting how many records it has. Slow records make a turn of one round
 * or two: more would only have what stands around the loop run as often, and V8 compile it while the records wait.
 */
const ROUND_MS = 1
/**
 * Records in one round at most: what can happen between two looks at the clock. A look costs as much as twenty cheap
 * records, so a quarter of this would make a chain of short functions a seventh slower.
 */
const LONGEST_ROUND = 1024
/** A strand whose rounds have grown to so many has many records. */
const MANY_RECORDS = 256
/** Milliseconds of a cheap record at most. */
const CHEAP_MS = 0.001
/** Records of a round that is not worth a look at the clock. */
const SHORT_ROUND = 32
/** Rounds in one turn at most, for clocks that stand still. The first turn has one, so that sources share fairly. */
const MOST_ROUNDS = 16

/**
 * How fast a strand goes: rounds begin with one record and grow while they are short in time, so that slow records
 * never hold the event loop up, and turns are made of rounds until about a millisecond is over.
 */
export class Pace {
  /** Records the next round may have. */
  quantum = 1
  readonly #clock: Clock
  readonly #speedUp: () => void
  #roundsPerTurn = 1
  #records = 0
  #hasRun = false
  #isFast = false

  /** @param speedUp called once, when the strand has shown that it has many cheap records. */
  constructor(clock: Clock, speedUp: () => void) {
    this.#clock = clock
    this.#speedUp = speedUp
  }

  /** What comes now is other work: it has to show how long it takes. */
  restart(): void {
    this.quantum = 1
  }

  /** The loop is about to run at most so many records. */
  begin(records: number): void {
    this.#records = records
    this.#hasRun = true
  }

  /**
   * One turn: rounds while there is more to do at once; `paused` is called when it ends before that. A look at the
   * clock costs as much as several records: the first round of a strand that knows its pace goes without, and a short
   * one after it too.
   * @returns when the clock was first looked at, because the work may be long; NaN when it was not.
   */
  turn(round: () => boolean, paused: () => void): number {
    const learning = this.quantum < LONGEST_ROUND || !this.#isFast
    let left = this.#roundsPerTurn
    this.#roundsPerTurn = Math.min(left * 2, MOST_ROUNDS)
    let start = learning ? this.#clock.monotonic() : NaN
    let end = start + TURN_MS
    let since = start
    while (round()) {
      left--
      if (Number.isNaN(start) && this.#records < SHORT_ROUND && left > 1) {
        left = 1
        continue
      }
      const now = this.#clock.monotonic()
      let elapsed = 0
      if (Number.isNaN(start)) {
        since = now
        end = now + TURN_MS
      } else {
        elapsed = now - start
        this.#adapt(elapsed)
      }
      start = now
      // Half of the next round, if it takes as long, fits in.
      if (left > 0 && now + elapsed / 2 < end) continue
      paused()
      return since
    }
    if (learning) this.#adapt(this.#clock.monotonic() - start)
    return since
  }

  /** Chooses the length of the next round by how long the last one took. */
  #adapt(elapsed: number): void {
    if (!this.#hasRun) return
    this.#hasRun = false
    if (elapsed > ROUND_MS) this.quantum = Math.max(1, Math.floor((this.quantum * ROUND_MS) / elapsed))
    else if (elapsed < ROUND_MS / 2) this.quantum = Math.min(this.quantum * 2, LONGEST_ROUND)
    if (this.#isFast || this.quantum < MANY_RECORDS) return
    if (elapsed >= Math.max(this.#records, MANY_RECORDS / 2) * CHEAP_MS) return
    this.#isFast = true
    this.#speedUp()
  }
}
