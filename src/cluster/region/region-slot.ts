import { RegionFencedError } from '../../errors/cluster-errors.ts'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { RegionClaim } from '../engine/job-log.ts'
import type { RegionNews } from '../protocol/heartbeat.ts'
import type { RegionSpec } from '../protocol/job-spec.ts'
import type { RegionReport } from '../protocol/region-report.ts'
import { type RegionContext, RegionJob } from './region-job.ts'

/** Milliseconds between two times of letting go of what has been read. */
const TRIM_INTERVAL = 250

export interface RegionSlotOptions {
  readonly spec: RegionSpec
  readonly number: number
  readonly context: RegionContext
  readonly changed: () => void
}

/** One region in this process, from the order to have it until it is let go: claims it, runs it, and has it commit. */
export class RegionSlot {
  readonly #options: RegionSlotOptions
  readonly #clock: Clock
  #state: RegionNews['state'] = 'running'
  #error: unknown = null
  #job: RegionJob | null = null
  #report: RegionReport | null = null
  /** What it has to come to: a claim, an opening, or the commit under way. */
  #busy: Promise<unknown> = Promise.resolve()
  #cancelTimer: Cancel | null = null
  #lastCommit = -Infinity
  #committing = false
  #isUrgent = false
  /** While readers are far behind, from one commit to the next it is longer and longer. */
  #interval: number
  #ending: Promise<void> | null = null
  #releasing: Promise<void> | null = null
  #stopping = false
  #trimmedAt = -Infinity
  /** By edge end: up to where it was let go of last. */
  readonly #trimmed = new Map<string, number>()

  constructor(options: RegionSlotOptions) {
    this.#options = options
    this.#clock = options.context.recorded.options.clock
    this.#interval = options.context.limits.commitInterval
    this.#busy = this.#begin()
  }

  get news(): RegionNews {
    const { id } = this.#options.spec
    const error = this.#error === null ? null : toPortableError(this.#error)
    return { region: id, state: this.#state, report: this.#job?.report ?? this.#report, error }
  }

  get isRunning(): boolean {
    return this.#state === 'running' && this.#job !== null
  }

  /** Edge ends that it may still send to. */
  get outputs(): readonly string[] {
    return this.isRunning ? this.#job!.outputs : []
  }

  congested(ends: ReadonlySet<string>): void {
    if (!this.isRunning) return
    this.#job!.congested(ends)
    const { commitInterval } = this.#options.context.limits
    if (this.#interval === commitInterval || this.#job!.isCongested) return
    this.#interval = commitInterval
    this.#schedule()
  }

  cancelOutputs(ends: ReadonlySet<string>): void {
    if (this.isRunning) this.#job!.cancelOutputs(ends)
  }

  /** Its sources end. */
  stop(): void {
    if (this.#stopping) return
    this.#stopping = true
    if (this.isRunning) this.#job!.stop()
  }

  /** Lets it go, with a last commit of what it has done. */
  release(): Promise<void> {
    this.#releasing ??= this.#release()
    return this.#releasing
  }

  /** Lets it go as it stands. */
  async close(reason: unknown): Promise<void> {
    await this.#end(this.#state === 'running' ? 'released' : this.#state, reason)
  }

  async #release(): Promise<void> {
    await this.#busy
    if (this.isRunning && !this.#over) await this.#commit()
    await this.#end('released', null)
  }

  async #begin(): Promise<void> {
    const { spec, number, context, changed } = this.#options
    try {
      const claim = await context.log.claim(spec.id, context.owner)
      if (this.#over) return
      const job = this.#open(number, context, claim)
      if (job.isFinished) {
        this.#report = job.report
        await job.close(null)
        await this.#end('ended', null)
        return
      }
      this.#job = job
      await job.start()
      if (this.#stopping) job.stop()
      this.#schedule()
      changed()
    } catch (error) {
      this.#fail(error)
    }
  }

  #open(number: number, context: RegionContext, claim: RegionClaim): RegionJob {
    return new RegionJob(number, context, claim, {
      urge: () => this.#urge(),
      drained: () => this.#urge(),
      fail: (error) => this.#fail(error),
    })
  }

  #urge(): void {
    if (this.#isUrgent) return
    this.#isUrgent = true
    this.#schedule()
  }

  #schedule(): void {
    if (this.#over || this.#committing) return
    this.#cancelTimer?.()
    const due = this.#lastCommit + this.#interval - this.#clock.monotonic()
    const delay = this.#isUrgent ? 0 : Math.max(0, due)
    this.#cancelTimer = this.#clock.setTimeout(() => {
      this.#cancelTimer = null
      this.#busy = this.#round()
    }, delay)
  }

  async #round(): Promise<void> {
    this.#isUrgent = false
    const { isChanged } = this.#job!
    this.#lastCommit = this.#clock.monotonic()
    if (isChanged) await this.#commit()
    if (this.#over) return
    this.#trim()
    const { commitInterval, mostCommitInterval } = this.#options.context.limits
    this.#interval = this.#job!.isCongested
      ? Math.min(2 * this.#interval, mostCommitInterval)
      : commitInterval
    if (this.#job!.isFinished) await this.#end('ended', null)
    else this.#schedule()
  }

  async #commit(): Promise<void> {
    this.#committing = true
    try {
      await this.#job!.commit()
    } catch (error) {
      if (error instanceof RegionFencedError) await this.#end('released', error)
      else this.#fail(error)
    } finally {
      this.#committing = false
    }
  }

  /** Lets go of what nobody reads again. */
  #trim(): void {
    const now = this.#clock.monotonic()
    if (now - this.#trimmedAt < TRIM_INTERVAL && !this.#job!.isFinished) return
    this.#trimmedAt = now
    const { log, recorded } = this.#options.context
    for (const [end, offset] of Object.entries(this.#job!.offsets)) {
      if (this.#trimmed.get(end) === offset) continue
      this.#trimmed.set(end, offset)
      log.trim(end, offset).catch((error: unknown) => {
        recorded.options.logger.warn(`What ${end} has read could not be let go of.`, { error })
      })
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#error = error
    void this.#end('failed', error)
  }

  get #over(): boolean {
    return this.#ending !== null
  }

  #end(state: RegionNews['state'], reason: unknown): Promise<void> {
    this.#ending ??= this.#letGo(state, reason)
    return this.#ending
  }

  async #letGo(state: RegionNews['state'], reason: unknown): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const job = this.#job
    if (job !== null) {
      await job.close(reason)
      this.#report = job.report
      this.#job = null
    }
    this.#state = state
    this.#options.changed()
  }
}
