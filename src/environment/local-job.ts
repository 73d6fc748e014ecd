import type { Observable } from 'rxjs'
import { MillraceError } from '../errors/millrace-error.ts'
import { reasonOf } from '../errors/reason-of.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { JobResult, RestartCause } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { Outcome } from '../runtime/dispatcher/dispatcher.ts'
import type { JobMetrics, JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { CheckpointSummary } from '../storage/checkpoint-store.ts'
import type { JobLetters, LettersListener } from '../runtime/dead-letters/job-letters.ts'
import { JobTaps } from '../runtime/taps/job-taps.ts'
import { metricsOf, progressOf, snapshots } from '../runtime/metrics/observe-job.ts'
import type { Clock } from '../time/clock.ts'
import { onInterrupt } from './interrupts.ts'
import type { JobHandle, Savepoint, StopOptions } from './job-handle.ts'
import type { JobBuffers } from './job-buffers.ts'
import { type JobRequest, prepareJob, type PreparedJob } from './prepare-job.ts'

/** A job in this process. */
export class LocalJob implements JobHandle {
  readonly id: string
  readonly name: string
  readonly result: Promise<JobResult>
  readonly #job: PreparedJob
  readonly #clock: Clock
  readonly #resumable: boolean
  #taps: JobTaps | null = null
  #unlink: () => void = () => {}
  /** Who cancelled the job first: has the reason of a signal as its cause. */
  #cancelled: { readonly cause?: unknown } | null = null

  /** @param buffers what the user reads this job's records through. */
  constructor(request: JobRequest, buffers: JobBuffers) {
    const { clock, checkpoints } = request.options
    this.#resumable = checkpoints !== null
    this.#job = prepareJob(request, (restored) => {
      if (!restored) buffers.restart()
    })
    const { dispatcher, jobId } = this.#job
    this.id = jobId
    this.name = request.plan.name
    this.#clock = clock
    buffers.reset()
    this.result = dispatcher.outcome.then((outcome) => {
      this.#unlink()
      buffers.end(outcome.failure)
      return this.#conclude(outcome)
    })
    // A result nobody looks at is no unhandled rejection.
    this.result.catch(() => {})
  }

  get status(): JobStatus {
    return this.#job.dispatcher.status
  }

  get status$(): Observable<JobStatus> {
    return this.#job.dispatcher.status$
  }

  get progress$(): Observable<JobProgress> {
    const { dispatcher } = this.#job
    return snapshots(dispatcher, this.#clock, () => progressOf(dispatcher, this.#clock))
  }

  get metrics$(): Observable<JobMetrics> {
    const { dispatcher } = this.#job
    return snapshots(dispatcher, this.#clock, () => metricsOf(dispatcher, this.#clock))
  }

  /** Of its restarts so far, as its result will have them. */
  get restartCauses(): readonly RestartCause[] {
    return this.#job.dispatcher.restartCauses
  }

  /** Has somebody look at its records. */
  get taps(): JobTaps {
    return (this.#taps ??= new JobTaps(() => this.#job.dispatcher.instance, this.#clock))
  }

  /** The dead letters that nobody in the program reads. */
  get letters(): JobLetters {
    return this.#job.letters
  }

  /** Has somebody keep the dead letters that nobody in the program reads. Comes before the start. */
  keepLetters(listener: LettersListener): void {
    const { letters, dispatcher } = this.#job
    letters.listen(listener, () => (this.status === 'restarting' ? null : dispatcher.instance.strands))
  }

  get drained(): Promise<void> {
    return this.#job.dispatcher.drained
  }

  /** Resolves when the job runs; rejects when it failed to. */
  async start(): Promise<void> {
    await this.#job.dispatcher.start()
    if (this.status !== 'running' && this.status !== 'stopping') await this.result
  }

  /** Starts, and waits for the end; Ctrl-C stops gracefully once and aborts the second time. */
  async runToEnd(): Promise<JobResult> {
    const release = onInterrupt(
      (times) => void (times === 1 ? this.#interrupt() : this.stop({ drain: false })),
    )
    try {
      await this.#job.dispatcher.start()
      return await this.result
    } finally {
      release()
    }
  }

  /** A job that can go on is stopped so that it can. */
  async #interrupt(): Promise<void> {
    if (!this.#resumable || this.status !== 'running') return this.stop()
    // What goes wrong with the savepoint fails the job, which tells.
    await this.stop({ savepoint: true }).catch(() => {})
  }

  stop(options: StopOptions & { readonly savepoint: true }): Promise<Savepoint>
  stop(options?: StopOptions): Promise<void>
  async stop({ drain = true, savepoint = false }: StopOptions = {}): Promise<Savepoint | void> {
    const { dispatcher } = this.#job
    if (savepoint) return this.#stopWithSavepoint()
    if (drain) dispatcher.stop()
    else dispatcher.abortStop()
    await dispatcher.outcome
  }

  async savepoint(): Promise<Savepoint> {
    const { location, takenAt } = await this.#job.dispatcher.savepoint()
    return { location, takenAt }
  }

  /** For the testing kit: takes a checkpoint now. Rejects as `savepoint` does. */
  async checkpoint(): Promise<CheckpointSummary> {
    return this.#job.dispatcher.checkpoint()
  }

  /** The job fails with this error, wherever it comes from, and may be restarted. */
  crash(error: unknown): void {
    this.#job.dispatcher.fail(error)
  }

  async #stopWithSavepoint(): Promise<Savepoint> {
    const { location, takenAt } = await this.#job.dispatcher.stopWithSavepoint()
    await this.#job.dispatcher.outcome
    return { location, takenAt }
  }

  async cancel(): Promise<void> {
    this.#cancelled ??= {}
    this.#job.dispatcher.cancel(new Error('The job was cancelled.'))
    await this.#job.dispatcher.outcome
  }

  /** Cancels the job when the signal is aborted, before or while it runs. */
  cancelOn(signal: AbortSignal | undefined): void {
    if (signal === undefined) return
    const cancel = (): void => {
      this.#cancelled ??= { cause: signal.reason }
      this.#job.dispatcher.cancel(signal.reason)
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    this.#unlink = () => signal.removeEventListener('abort', cancel)
  }

  #conclude({ result, failure }: Outcome): JobResult {
    if (failure !== null) throw failedError(result, failure.error, this.#job.letters.last)
    if (result.status !== 'cancelled') return result
    const by = this.#cancelled ?? {}
    const reason = 'cause' in by ? `: ${reasonOf(by.cause).split('\n')[0]}` : '.'
    throw new JobCancelledError(`Job '${result.name}' was cancelled${reason}`, result, {
      remedy: 'Nothing to mend: somebody cancelled it. Its result has the books up to then.',
      ...by,
    })
  }
}

/** The operator's error, told as the job's: `cause` is what the user's own code threw. */
function failedError(result: JobResult, error: unknown, letters: readonly DeadLetter[]): JobFailedError {
  const reason = reasonOf(error).split('\n')[0] as string
  const details =
    error instanceof MillraceError
      ? {
          operator: error.operator,
          site: error.site,
          record: error.record,
          remedy: error.remedy,
          // Thrown values may be undefined or null, and are the cause all the same.
          cause: 'cause' in error ? error.cause : error,
        }
      : { cause: error }
  return new JobFailedError(`Job '${result.name}' failed: ${reason}`, result, [...letters], details)
}
