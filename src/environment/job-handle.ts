import type { Observable } from 'rxjs'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobMetrics, JobProgress } from '../runtime/metrics/job-metrics.ts'

export interface StopOptions {
  /** False: what is in flight is aborted instead of processed. Default true. */
  readonly drain?: boolean
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
  /** An early end of input: drains, flushes, tears down. Resolves after teardown. */
  stop(options?: StopOptions): Promise<void>
  /** Aborts. Resolves after teardown. */
  cancel(): Promise<void>
}
