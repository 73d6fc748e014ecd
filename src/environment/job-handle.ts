import type { Observable } from 'rxjs'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobMetrics, JobProgress } from '../runtime/metrics/job-metrics.ts'

export interface StopOptions {
  /** False: what is in flight is aborted instead of processed. Default true. */
  readonly drain?: boolean
  /**
   * True: the job ends behind a savepoint, with nothing flushed, so that `submit({ resume: { savepoint } })` goes on
   * with no record lost and none twice. Needs `checkpoints`. Default false.
   */
  readonly savepoint?: boolean
}

/** A checkpoint kept on purpose. */
export interface Savepoint {
  /** For `submit({ resume: { savepoint: location } })`. */
  readonly location: string
  /** ISO 8601. */
  readonly takenAt: string
}

/** A running job. */
export interface JobHandle {
  readonly id: string
  readonly name: string
  readonly status: JobStatus
  /** The status now, and every change; completes when the job is over. */
  readonly status$: Observable<JobStatus>
  /** A snapshot now and every 250 ms while somebody listens, and the last one when the job is over. */
  readonly progress$: Observable<JobProgress>
  /** The same with queue fill, activity and the operators' own metrics. */
  readonly metrics$: Observable<JobMetrics>
  /** Resolves when the sources have run dry and everything they gave is processed; services stay up until `stop`. */
  readonly drained: Promise<void>
  /**
   * Settles when the job is over and everything is torn down: resolves for completed and stopped, rejects with
   * JobFailedError or JobCancelledError. Never an unhandled rejection.
   */
  readonly result: Promise<JobResult>
  /**
   * An early end of input: drains, flushes, tears down; without a savepoint that is for good, and its checkpoints are
   * removed. Resolves after teardown.
   */
  stop(options: StopOptions & { readonly savepoint: true }): Promise<Savepoint>
  stop(options?: StopOptions): Promise<void>
  /**
   * Saves the job's state while it runs on.
   * @throws InvalidArgumentError without `checkpoints`; CheckpointStoreError, CheckpointTimeoutError, StateSaveError
   */
  savepoint(): Promise<Savepoint>
  /** Aborts. Resolves after teardown. */
  cancel(): Promise<void>
}
