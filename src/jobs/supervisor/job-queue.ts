import { reasonOf } from '../../errors/reason-of.ts'
import type { Cancel } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import { PRESSURE_PAUSE } from './insist.ts'
import { SupervisedRun } from './supervised-run.ts'
import { isPressure } from './pressure.ts'
import { wireErrorOf } from './process-failure.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** Milliseconds for which a job that could not be started is passed over, so that others have their turn. */
const POSTPONED = 5_000

/**
 * Decides which job runs when: first those whose restart is due, then the queue, and no more at a time than
 * `maxRunning`. Where the machine is short of something it waits, and goes on by itself.
 */
export class JobQueue {
  readonly #context: SupervisorContext
  readonly #runs = new Map<string, SupervisedRun>()
  /** Jobs whose earlier process has to end before they can go on; they count as running. */
  readonly #held = new Set<string>()
  /** Jobs that are restarting, and when they are due. */
  readonly #due = new Map<string, number>()
  /** Jobs that are passed over, and until when, by the monotonic clock. */
  readonly #postponed = new Map<string, number>()
  #open = false
  #pausedUntil = -Infinity
  #timer: Cancel = () => {}
  #nextLook: Cancel = () => {}
  /** Who waits for a run to be over. */
  readonly #waiting = new Set<() => void>()

  constructor(context: SupervisorContext) {
    this.#context = context
  }

  get size(): number {
    return this.#runs.size + this.#held.size
  }

  run(id: string): SupervisedRun | undefined {
    return this.#runs.get(id)
  }

  get runs(): Iterable<SupervisedRun> {
    return this.#runs.values()
  }

  /** Starts what can be started, and goes on doing so; unless nothing is to be started here. */
  open(): void {
    if (!this.#context.queueProcessing.enabled) return
    this.#open = true
    this.fill()
    this.#lookRegularly()
  }

  /** Starts nothing any more. */
  close(): void {
    this.#open = false
    this.#timer()
    this.#nextLook()
  }

  hold(id: string): void {
    this.#held.add(id)
  }

  /** Its earlier process is gone, and what that means is written down. */
  release(id: string): void {
    this.#held.delete(id)
    this.#over(id)
  }

  /** A job's status may have become one in which it waits to be started. */
  consider(id: string): void {
    const job = this.#context.store.get(id)
    if (job?.status === 'restarting' && job.dueAt !== null) this.#due.set(id, job.dueAt)
    else this.#due.delete(id)
    this.fill()
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.size > 0) await this.#change()
  }

  /** Resolves when the job has no process. */
  async ended(id: string): Promise<void> {
    while (this.#runs.has(id) || this.#held.has(id)) await this.#change()
  }

  /** Starts what can be started. */
  fill(): void {
    this.#timer()
    if (!this.#open) return
    const moment = this.#moment()
    try {
      this.#fill(moment)
    } catch (error) {
      this.#pause('look into the queue', error)
    }
    this.#arm(moment)
  }

  /** Whatever was done to the queue that nobody told of, as by another process on the database. */
  #lookRegularly(): void {
    const { clock, queueProcessing } = this.#context
    this.#nextLook = clock.setTimeout(() => {
      this.fill()
      this.#lookRegularly()
    }, queueProcessing.interval)
  }

  #fill({ wall, monotonic }: Moment): void {
    if (monotonic < this.#pausedUntil) return
    for (const [id, until] of this.#postponed) if (until <= monotonic) this.#postponed.delete(id)
    while (this.size < this.#context.limits.maxRunning) {
      const id = this.#nextDue(wall) ?? this.#nextQueued()
      if (id === undefined) return
      this.#start(id)
    }
  }

  /** Of those whose time has come, the one that has waited longest. */
  #nextDue(now: number): string | undefined {
    let next: string | undefined
    for (const [id, at] of this.#due) {
      if (at > now || !this.#isFree(id)) continue
      if (next === undefined || at < this.#due.get(next)!) next = id
    }
    return next
  }

  #nextQueued(): string | undefined {
    const limit = this.#runs.size + this.#held.size + this.#postponed.size + 1
    return this.#context.store.queue(limit).find(({ id }) => this.#isFree(id))?.id
  }

  #isFree(id: string): boolean {
    return !this.#runs.has(id) && !this.#held.has(id) && !this.#postponed.has(id)
  }

  #start(id: string): void {
    this.#due.delete(id)
    const run = new SupervisedRun(id, this.#context)
    this.#runs.set(id, run)
    void run
      .run()
      .catch((error: unknown) => this.#failed(id, error))
      .then(() => {
        this.#runs.delete(id)
        this.#over(id)
      })
  }

  #change(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.add(resolve))
  }

  #over(id: string): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
    try {
      this.consider(id)
    } catch (error) {
      // It is found again when the store can be read.
      this.#due.set(id, this.#context.clock.now())
      this.#pause(`look for job ${id}`, error)
      this.#arm(this.#moment())
    }
  }

  /** A job could not be started; or the server is at its wits' end with it. */
  #failed(id: string, error: unknown): void {
    const { clock, store, logger } = this.#context
    if (isPressure(error)) {
      this.#postponed.set(id, clock.monotonic() + POSTPONED)
      return this.#pause(`start job ${id}`, error)
    }
    logger.error(`Job ${id} cannot be started: ${reasonOf(error)}`, { job: id, error })
    try {
      const cause = `The server could not run it: ${reasonOf(error).split('\n')[0]}`
      const patch = { error: wireErrorOf(error), process: null, dueAt: null }
      store.transition(id, 'failed', { at: clock.now(), cause, patch })
    } catch (problem) {
      this.#postponed.set(id, clock.monotonic() + POSTPONED)
      this.#pause(`write down that job ${id} cannot be started`, problem)
    }
  }

  #pause(what: string, error: unknown): void {
    const { clock, logger } = this.#context
    this.#pausedUntil = clock.monotonic() + PRESSURE_PAUSE
    logger.warn(`Cannot ${what}; it is tried again: ${reasonOf(error)}`, { error })
  }

  #moment(): Moment {
    const { clock } = this.#context
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }

  /** For the next moment at which there may be something to start that there was not at this one. */
  #arm({ wall, monotonic }: Moment): void {
    this.#timer()
    if (!this.#open) return
    const waits = [...this.#postponed.values(), this.#pausedUntil].map((until) => until - monotonic)
    for (const at of this.#due.values()) waits.push(at - wall)
    const wait = Math.min(...waits.filter((ms) => ms > 0))
    if (wait === Infinity) return
    this.#timer = this.#context.clock.setTimeout(() => this.fill(), Math.min(wait, LONGEST_DELAY))
  }
}

/** One and the same for whoever asks what is due, and whoever asks what is not yet. */
interface Moment {
  readonly wall: number
  readonly monotonic: number
}
