import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { JobNotRunningError } from '../../errors/job-server-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Savepoint } from '../../environment/job-handle.ts'
import type { CheckpointOptions } from '../../environment/checkpoint-options.ts'
import type { SubmitOptions } from '../../environment/submit-options.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import { toWireError } from '../../protocol/wire-error-codec.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { TapBatch } from '../../runtime/taps/tap-point.ts'
import type { CheckpointSummary } from '../../storage/checkpoint-store.ts'
import { FileCheckpointStore } from '../../storage/file-checkpoint-store.ts'
import { backgroundTimers } from '../../time/background-timers.ts'
import type { HostedJob, HostedSubmit } from '../../environment/job-process-host.ts'
import type { LetterParcel } from '../dead-letters/letter-report.ts'
import { checkRecordedGraph } from './check-recorded-graph.ts'
import { type LetterPost, replayOf } from './letter-post.ts'
import type { JobOutcome, Report, RunOrder } from './messages.ts'
import { ReportingStore } from './reporting-store.ts'

export interface JobRunOptions {
  readonly order: RunOrder
  readonly tell: (report: Report) => void
  /** Shows some of the records that went by at a point. */
  readonly show: (point: string, batch: TapBatch) => void
  /** Tells the server of dead letters. */
  readonly letters: LetterPost
  /** Writes a line of the job's log. */
  readonly warn: (line: string) => void
}

/** A job that runs, in whatever way. */
const active: ReadonlySet<JobStatus> = new Set(['running', 'restarting', 'stopping'])

/** The job of a process, from its submit to its outcome. */
export class JobRun {
  readonly #options: JobRunOptions
  readonly #submit: HostedSubmit
  #job: HostedJob | null = null
  #checkpointed = false
  /** The newest that is complete, of this run or where it began. */
  #newest: CheckpointInfo | null = null
  /** The same of savepoints: behind one, strands that end with it may have had a checkpoint taken. */
  #newestSavepoint: CheckpointInfo | null = null
  /** The savepoint that the job has stopped behind. */
  #savepoint: CheckpointInfo | null = null
  #stoppedBy: JobOutcome['stoppedBy'] = null
  #withSavepoint = false
  #ending: Promise<void> = Promise.resolve()
  #cancelled = false
  #restarts = 0
  #tapsTold = false

  constructor(submit: HostedSubmit, options: JobRunOptions) {
    this.#submit = submit
    this.#options = options
  }

  /** Whether somebody could go on from where the job is. */
  get checkpointed(): boolean {
    return this.#checkpointed
  }

  /** Whether it has been told to stop. */
  get stopping(): boolean {
    return this.#stoppedBy !== null
  }

  get progress(): JobProgress | null {
    let progress: JobProgress | null = null
    // A snapshot comes at once, and others as long as somebody listens.
    this.#job?.progress$.subscribe({ next: (now) => (progress = now), error: () => {} }).unsubscribe()
    return progress
  }

  /** Runs the job to its end. Never rejects: what goes wrong is its outcome. */
  async run(): Promise<JobOutcome> {
    try {
      checkRecordedGraph(this.#submit.graph, this.#options.order)
      const { autostop, allowDroppedState } = this.#options.order
      const checkpoints = this.#checkpoints()
      this.#checkpointed = checkpoints !== null
      const job = await this.#submit.start(
        { autostop, allowDroppedState, ...this.#resume() },
        checkpoints,
        this.#options.letters,
      )
      this.#job = job
      job.status$.subscribe({
        next: (status) => this.#changed(status),
        // Its result tells.
        error: () => {},
      })
      if (this.#cancelled) void job.cancel()
      else if (this.#stoppedBy !== null) this.#ending = this.#end(job)
      const result = await job.result
      if (result.status === 'completed') job.letters?.end()
      await this.#ending
      return this.#outcome(result, null)
    } catch (error) {
      return this.#outcome((Object(error) as { result?: JobResult }).result ?? null, error)
    } finally {
      this.#job?.taps?.close()
      this.#options.letters.flush()
    }
  }

  /** Ends the job: behind a savepoint where it can, and then it can go on; else it drains. Only the first counts. */
  stop(by: NonNullable<JobOutcome['stoppedBy']>, savepoint: boolean): void {
    if (this.#stoppedBy !== null) return
    this.#stoppedBy = by
    this.#withSavepoint = savepoint
    if (this.#job !== null) this.#ending = this.#end(this.#job)
  }

  /** Aborts the job. Resolves when it is over. */
  async cancel(): Promise<void> {
    this.#cancelled = true
    await this.#job?.cancel()
  }

  /** The job fails, if it is not over. */
  crash(error: unknown): void {
    this.#job?.crash(error)
  }

  async answerSavepoint(request: number): Promise<void> {
    const { tell } = this.#options
    try {
      const checkpoint = await this.#takeSavepoint()
      tell({ type: 'savepoint', request, answer: { checkpoint } })
    } catch (error) {
      tell({ type: 'savepoint', request, answer: { error: toWireError(error) } })
    }
  }

  /** Has the server look at records for as long as `lease`, in milliseconds. */
  tap(point: string, lease: number): void {
    this.#job?.taps?.watch(point, lease, (batch) => this.#options.show(point, batch))
  }

  untap(point: string): void {
    this.#job?.taps?.unwatch(point)
  }

  /** Puts records back that were given up. */
  replay(letters: readonly LetterParcel[]): void {
    const replays = letters.map(replayOf)
    this.#options.letters.refused(
      letters.flatMap(({ letter }, i) => (replays[i] === undefined ? [letter] : [])),
    )
    this.#job?.letters?.replay(replays.filter((replay) => replay !== undefined))
  }

  /** The server has noted that these are settled. */
  confirm(letters: readonly number[]): void {
    this.#job?.letters?.confirm(letters)
  }

  async #end(job: HostedJob): Promise<void> {
    if (job.status !== 'pending' && !active.has(job.status)) return
    if (!this.#withSavepoint || !this.#checkpointed) return job.stop()
    // There is nobody to take one of while it is restarted: it goes on from the newest there is.
    if (job.status === 'restarting') return job.cancel()
    try {
      this.#savepoint = this.#infoOf(await job.stop({ savepoint: true }))
    } catch (error) {
      // Its sources have run dry meanwhile, so that there is nothing to go on from; any other error has failed the job.
      if (error instanceof InvalidArgumentError) await job.stop()
    }
  }

  async #takeSavepoint(): Promise<CheckpointInfo> {
    if (this.#job === null) throw notYet(this.#options.order.name)
    return this.#infoOf(await this.#job.savepoint())
  }

  #infoOf({ location, takenAt }: Savepoint): CheckpointInfo {
    const known = this.#newestSavepoint
    return known?.location === location ? known : { id: 0, kind: 'savepoint', location, takenAt, bytes: 0 }
  }

  /** @throws InvalidGraphError when the pipeline cannot run. */
  #checkpoints(): CheckpointOptions | null {
    const { order, warn } = this.#options
    const refusal = this.#submit.whyNoCheckpoints()
    if (order.checkpoints === null) return null
    if (refusal !== null) {
      warn(`The job keeps no checkpoints, and begins again when it is continued: ${reasonOf(refusal)}`)
      return null
    }
    const store = new ReportingStore(new FileCheckpointStore(order.checkpoints), backgroundTimers, {
      // What was given up before a checkpoint does not come again behind it.
      committing: () => this.#options.letters.flush(),
      found: (summaries) => (this.#newest ??= this.#origin(summaries)),
      committed: (summary, ms) => {
        this.#newest = { ...infoOf(summary), durationMs: Math.round(ms) }
        if (summary.kind === 'savepoint') this.#newestSavepoint = this.#newest
        this.#options.tell({ type: 'checkpoint', checkpoint: this.#newest })
      },
      removed: (locations) => this.#options.tell({ type: 'checkpoints-removed', locations }),
    })
    return { store }
  }

  /** Where the job begins. One that holds nothing says that the job had ended: it begins again. */
  #origin(found: readonly CheckpointSummary[]): CheckpointInfo | null {
    const { resume } = this.#options.order
    if (resume === null) return null
    const origin =
      resume === 'latest' ? found[0] : found.find(({ location }) => location === resume.savepoint)
    return origin === undefined || origin.bytes === 0 ? null : infoOf(origin)
  }

  #resume(): Pick<SubmitOptions, 'resume'> {
    const { resume } = this.#options.order
    // Where none are kept there is no latest.
    return resume === null || (resume === 'latest' && !this.#checkpointed) ? {} : { resume }
  }

  #changed(status: JobStatus): void {
    const { tell } = this.#options
    // Where it ends, its outcome tells.
    if (!active.has(status)) return
    const { restartCauses = [] } = this.#job ?? {}
    if (status === 'running' && restartCauses.length > this.#restarts) {
      this.#restarts = restartCauses.length
      tell({ type: 'restart', cause: restartCauses.at(-1)?.message ?? '' })
    }
    tell({ type: 'status', status })
    if (status !== 'running' || this.#tapsTold) return
    this.#tapsTold = true
    tell({ type: 'taps', points: this.#job?.taps?.points ?? [] })
  }

  #outcome(told: JobResult | null, thrown: unknown): JobOutcome {
    // The server knows the job by another id than its own process, and maybe by another name.
    const { job, name } = this.#options.order
    const result = told && { ...told, jobId: job, name }
    const stoppedBy = this.#stoppedBy
    const status = result?.status ?? 'failed'
    // Nobody wanted it gone: it was told to stop while nothing of it ran.
    const idle = result?.status === 'cancelled' && stoppedBy !== null && !this.#cancelled
    // It was to be put aside and could not save its state, as on a full disk: it goes on from what it had saved before.
    const unsaved = result?.status === 'failed' && stoppedBy === 'server-gone'
    if (unsaved) this.#options.warn(`The job could not be saved as it was: ${reasonOf(thrown)}`)
    if (idle || unsaved) {
      return {
        status: 'stopped',
        result: { ...result, status: 'stopped' },
        error: null,
        savepoint: this.#newest,
        stoppedBy,
      }
    }
    const error = thrown === null ? null : toWireError(thrown)
    return {
      status,
      result,
      error: error?.result === undefined || result === null ? error : { ...error, result },
      savepoint: this.#savepoint,
      stoppedBy: status === 'stopped' ? stoppedBy : null,
    }
  }
}

function infoOf({ id, kind, location, takenAt, bytes }: CheckpointSummary): CheckpointInfo {
  return { id, kind, location, takenAt, bytes }
}

function notYet(name: string): JobNotRunningError {
  return new JobNotRunningError(`Job '${name}' does not run yet.`, { remedy: 'Try again when it runs.' })
}
