import { TestScheduler } from 'rxjs/testing'
import type { Cancel, Clock } from '../time/clock.ts'
import { realClock } from '../time/real-clock.ts'
import { VirtualTimeError } from './virtual-time-error.ts'

/** A timer that has been set and has neither fired nor been taken back. */
export interface PendingTimer {
  /** The frame it was set in. */
  readonly setAt: number
  /** The frame it fires in. */
  readonly due: number
}

export interface RunOptions {
  /** Frames in which something happens, before `run` gives up; default 10 000. */
  readonly maxSteps?: number
}

export interface VirtualClockOptions {
  /**
   * Real milliseconds one frame may be busy, before it counts as one that never comes to rest, because work makes work
   * and no time passes; default 5 000.
   */
  readonly patience?: number
}

interface Timer extends PendingTimer {
  readonly run: () => void
}

/** Turns of the real event loop without news before a frame counts as quiet; one hop of the user's may hide in each. */
const QUIET_TURNS = 2

/**
 * Virtual time for whole jobs: a Clock on RxJS's TestScheduler, whose frames are milliseconds. Time moves only when it
 * is told to, from one frame in which something is scheduled to the next, and never before everything that could
 * happen in a frame has: promises, immediates, and the timers that are due, one at a time, each followed by what it
 * set off. What the scheduler itself holds (diagrams, RxJS operators that were given `scheduler`) comes before the
 * timers of the same frame.
 *
 * Promises that settle by microtask work as ever. What waits for the real world (files, sockets, Node's own timers)
 * takes no virtual time, and time does not wait for it.
 */
export class VirtualClock implements Clock {
  readonly scheduler: TestScheduler = new TestScheduler(() => {})
  readonly #timers = new Set<Timer>()
  /** Timers whose frame has come, in the order they were set. */
  #due: Timer[] = []
  #immediates: (() => void)[] = []
  readonly #patience: number

  constructor({ patience = 5_000 }: VirtualClockOptions = {}) {
    this.#patience = patience
  }

  /** The frame time stands at: milliseconds since the clock was made. */
  get frame(): number {
    return this.scheduler.frame
  }

  /** Timers still to fire. Empty when nothing of the kind was left behind. */
  get pending(): readonly PendingTimer[] {
    return [...this.#timers].map(({ setAt, due }) => ({ setAt, due }))
  }

  now(): number {
    return this.frame
  }

  monotonic(): number {
    return this.frame
  }

  /** Frames are whole: a fraction is rounded up. An infinite delay never comes. */
  setTimeout(run: () => void, ms: number): Cancel {
    const delay = Math.max(0, Math.ceil(ms))
    if (!Number.isFinite(delay)) return () => {}
    const timer: Timer = { run, setAt: this.frame, due: this.frame + delay }
    this.#timers.add(timer)
    const action = this.scheduler.schedule(() => void this.#due.push(timer), delay)
    return () => {
      if (!this.#timers.delete(timer)) return
      action.unsubscribe()
      this.#due = this.#due.filter((other) => other !== timer)
    }
  }

  setImmediate(run: () => void): Cancel {
    const immediate = (): void => run()
    this.#immediates.push(immediate)
    return () => {
      this.#immediates = this.#immediates.filter((other) => other !== immediate)
    }
  }

  microtask(run: () => void): void {
    realClock.microtask(run)
  }

  /** Resolves after `ms`; rejects with the signal's reason as soon as that is aborted, and leaves no timer. */
  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        cancel()
        reject(signal?.reason as unknown)
      }
      const cancel = this.setTimeout(() => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted === true) abort()
    })
  }

  /** Lets everything happen that can without time passing. */
  async settle(): Promise<void> {
    const start = realClock.monotonic()
    let quiet = 0
    while (quiet < QUIET_TURNS) {
      await turn()
      const work = this.#take()
      if (work === undefined) quiet++
      else {
        quiet = 0
        work()
      }
      if (realClock.monotonic() - start > this.#patience) throw endlessFrame(this.frame)
    }
  }

  /** Settles, then moves on to the next frame in which something is scheduled. False when there is none. */
  async step(): Promise<boolean> {
    await this.settle()
    const next = this.#next()
    if (next === undefined) return false
    this.#flush(next)
    await this.settle()
    return true
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const end = this.frame + ms
    await this.settle()
    for (let next = this.#next(); next !== undefined && next <= end; next = this.#next()) {
      this.#flush(next)
      await this.settle()
    }
    this.scheduler.frame = end
  }

  /**
   * Lets time pass until the promise has settled, and settles as it does.
   * @throws VirtualTimeError when nothing is scheduled any more, or when there is always more to do.
   */
  async run<T>(work: PromiseLike<T>, { maxSteps = 10_000 }: RunOptions = {}): Promise<T> {
    let settled = false
    const note = (): void => {
      settled = true
    }
    work.then(note, note)
    await this.settle()
    for (let steps = 0; !settled; steps++) {
      if (steps === maxSteps) throw endlessTime(this.frame, maxSteps)
      if (!(await this.step())) throw idle(this.frame)
    }
    return work
  }

  #next(): number | undefined {
    return this.scheduler.actions[0]?.delay
  }

  /** Moves to that frame and runs what the scheduler holds for it. */
  #flush(frame: number): void {
    this.scheduler.maxFrames = frame
    this.scheduler.flush()
  }

  #take(): (() => void) | undefined {
    const immediate = this.#immediates.shift()
    if (immediate !== undefined) return immediate
    const timer = this.#due.shift()
    if (timer === undefined) return undefined
    this.#timers.delete(timer)
    return timer.run
  }
}

/** A clock that stands at frame 0, for the `clock` option of an environment. */
export function virtualClock(options?: VirtualClockOptions): VirtualClock {
  return new VirtualClock(options)
}

/** A turn of the real event loop: by then every promise that could settle has. */
function turn(): Promise<void> {
  return new Promise((resolve) => void realClock.setImmediate(resolve))
}

function idle(frame: number): VirtualTimeError {
  return new VirtualTimeError(
    'idle',
    frame,
    `Time stands still at frame ${frame}: nothing is scheduled any more, and what is waited for has not come.`,
    'Look for a source without an end, a promise nobody settles, or something that waits in real time: a file, a socket, an RxJS operator without ctx.scheduler.',
  )
}

function endlessTime(frame: number, steps: number): VirtualTimeError {
  return new VirtualTimeError(
    'endless',
    frame,
    `Time has come to frame ${frame} in ${steps} steps, and there is always more to come.`,
    'Look for a source without an end, and stop it; or raise maxSteps.',
  )
}

function endlessFrame(frame: number): VirtualTimeError {
  return new VirtualTimeError(
    'endless',
    frame,
    `Frame ${frame} does not come to rest: work makes more work, and no time passes.`,
    'Look for a source that never waits and never ends, or a loop that feeds itself.',
  )
}
