import type { Cancel, Clock } from '../../time/clock.ts'

/** Work that runs in turns. */
export interface Runnable {
  /** Set by the loop; true while in the ready queue. */
  queued: boolean
  /** Set by the loop: what is behind it in the ready queue. */
  next: Runnable | null
  /**
   * Does a bounded amount of work and returns; to go on later it asks the loop to `enqueue` it again. True when the
   * work may have been long, and the clock is worth a look.
   */
  turn(): boolean
}

/** Short turns between two looks at the clock, each of which costs as much as a short turn. */
const SHORT_TURNS = 8
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
  /** The ready queue, linked through `next`: nothing is allocated for a turn. */
  #first: Runnable | null = null
  #last: Runnable | null = null
  #scheduled = false
  #running = false
  #fresh = true
  #sliceStart = 0
  /** The slice is spent: nothing runs before the event loop has turned. */
  #over = false
  #turns = 0
  #cancelMarker: Cancel | null = null
  #closed = false

  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock
    this.#sliceMs = sliceMs
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
      this.#sliceStart = this.#clock.monotonic()
      this.#cancelMarker = this.#clock.setImmediate(this.#turned)
    }
    if (this.#over) {
      this.#scheduled = true // the marker is armed, and runs what is left on the next turn of the event loop
      return
    }
    this.#running = true
    let runnable: Runnable | null
    while (!this.#over && (runnable = this.#take()) !== null) {
      const long = runnable.turn()
      this.#turns++
      if (long || this.#turns % SHORT_TURNS === 0) this.#look()
    }
    this.#running = false
    // What is left waits for the marker: the event loop turns first.
    if (this.#first !== null) this.#scheduled = true
  }

  readonly #turned = (): void => {
    this.#cancelMarker = null
    this.#fresh = true
    if (this.#scheduled || this.#first !== null) this.#run()
  }

  #look(): void {
    this.#over = this.#turns >= MAX_TURNS || this.#clock.monotonic() - this.#sliceStart >= this.#sliceMs
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
