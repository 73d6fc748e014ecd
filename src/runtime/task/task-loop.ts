import type { Cancel, Clock } from '../../time/clock.ts'

/** Work that runs in turns. */
export interface Runnable {
  /** Set by the loop; true while in the ready queue. */
  queued: boolean
  /** Set by the loop: what is behind it in the ready queue. */
  next: Runnable | null
  /**
   * Does a bounded amount of work and returns; to go on later it asks the loop to `enqueue` it again. When it has looked at
   * the clock, because the work may be long: what it saw first; else NaN.
   */
  turn(): number
  /** It had one of the turns since the clock was last looked at, from then until then. */
  spent(from: number, until: number): void
}

/** What is due now and then, while there is work: no timer waits for it. */
export interface Beat {
  /** By the monotonic clock; Infinity: not at all. */
  readonly dueAt: number
  /** Called when that has come, or later; moves `dueAt` on. */
  beat(now: number): void
}

const noBeat: Beat = { dueAt: Infinity, beat: () => {} }

/** Short turns between two looks at the clock, each of which costs as much as a short turn. */
const SHORT_TURNS = 8
/** Milliseconds of a short turn at most: what else passed before the next look was time between turns. */
const SHORT_MS = 0.25
/** Turns per slice, whatever the clock says: virtual time stands still inside a frame. */
const MAX_TURNS = 4096

/**
 * Runs the ready strands of one job, in turns, first come first served, and gives the event loop back after at most
 * `sliceMs` of work. The ready queue is bounded by the number of strands: each is in it at most once.
 *
 * A wake-up from a promise runs in the same turn of the event loop (by microtask), so a trickle is not delayed; but
 * microtasks that wake each other cannot starve timers, because a slice ends for good only when the loop has really
 * turned, which one `setImmediate` per active turn tells.
 */
export class TaskLoop {
  readonly #clock: Clock
  readonly #sliceMs: number
  readonly #beat: Beat
  /** The ready queue, linked through `next`: nothing is allocated for a turn. */
  #first: Runnable | null = null
  #last: Runnable | null = null
  #scheduled = false
  #running = false
  #fresh = true
  #sliceStart = 0
  #lookedAt = 0
  /** Whose turns there were since the clock was last looked at, and how many. */
  readonly #ran: Runnable[] = []
  #short = 0
  /** The slice is spent: nothing runs before the event loop has turned. */
  #over = false
  #turns = 0
  #cancelMarker: Cancel | null = null
  #closed = false
  /** Told whose turn it is, before it begins, and after the last of a slice that it is nobody's; null: nobody asks. */
  onTurn: ((runnable: Runnable | null) => void) | null = null

  constructor(clock: Clock, sliceMs: number, beat: Beat = noBeat) {
    this.#clock = clock
    this.#sliceMs = sliceMs
    this.#beat = beat
  }

  /** Puts a strand in the ready queue; does nothing when it is there. */
  enqueue(runnable: Runnable): void {
    if (runnable.queued || this.#closed) return
    runnable.queued = true
    if (this.#last === null) this.#first = runnable
    else this.#last.next = runnable
    this.#last = runnable
    if (this.#running || this.#scheduled) return
    this.#scheduled = true
    this.#clock.microtask(this.#run)
  }

  /** Whether a turn is on the stack. */
  get running(): boolean {
    return this.#running
  }

  /** Nothing runs any more, once the turn on the stack is over; the marker is taken back. */
  close(): void {
    this.#closed = true
    this.#first = this.#last = null
    this.#cancelMarker?.()
    this.#cancelMarker = null
  }

  readonly #run = (): void => {
    this.#scheduled = false
    if (this.#closed || this.#running) return
    if (this.#fresh) {
      this.#fresh = false
      this.#over = false
      this.#turns = 0
      this.#sliceStart = this.#lookedAt = this.#clock.monotonic()
      this.#cancelMarker = this.#clock.setImmediate(this.#turned)
    } else if (this.#over) {
      this.#scheduled = true // the marker is armed, and runs what is left on the next turn of the event loop
      return
    }
    this.#running = true
    let runnable: Runnable | null
    while (!this.#over && (runnable = this.#take()) !== null) {
      if (this.onTurn !== null) this.onTurn(runnable)
      const since = runnable.turn()
      this.#turns++
      this.#ran[this.#short++] = runnable
      if (!Number.isNaN(since) || this.#short === SHORT_TURNS) this.#look(since)
    }
    this.#running = false
    if (this.onTurn !== null) this.onTurn(null)
    // What is left waits for the marker: the event loop turns first.
    if (this.#first !== null) this.#scheduled = true
  }

  readonly #turned = (): void => {
    this.#cancelMarker = null
    if (this.#short > 0) this.#look(NaN)
    this.#fresh = true
    if (this.#scheduled || this.#first !== null) this.#run()
  }

  /**
   * Whether the slice is over. The time since the last look is shared among those that had a turn. @param since when
   * only the last of them was left; NaN: nobody knows
   */
  #look(since: number): void {
    const now = this.#clock.monotonic()
    this.#over = this.#turns >= MAX_TURNS || now - this.#sliceStart >= this.#sliceMs
    const isLong = !Number.isNaN(since)
    let from = this.#lookedAt
    const share = ((isLong ? since : now) - from) / this.#short
    for (let i = 0; i < this.#short; i++) {
      const until = isLong && i === this.#short - 1 ? now : from + Math.min(share, SHORT_MS)
      this.#ran[i]!.spent(from, until)
      from += share
    }
    this.#lookedAt = now
    this.#short = 0
    if (now >= this.#beat.dueAt) this.#beat.beat(now)
  }

  #take(): Runnable | null {
    const runnable = this.#first
    if (runnable === null) return null
    this.#first = runnable.next
    if (this.#first === null) this.#last = null
    runnable.next = null
    runnable.queued = false
    return runnable
  }
}
