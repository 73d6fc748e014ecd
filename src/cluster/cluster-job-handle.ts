import type { Observable } from 'rxjs'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'

/**
 * A job in a cluster. It asks there only while somebody listens or waits, so that a program that has submitted a job may
 * end. Methods reject with EngineUnavailableError, and EngineError once the job is deleted.
 */
export interface ClusterJobHandle {
  readonly id: string
  readonly name: string
  /** As last heard. */
  readonly status: JobStatus
  /** The status now, and every change; completes when the job is over. */
  readonly status$: Observable<JobStatus>
  /** How far the job is, about once a second; completes when it is over. */
  readonly progress$: Observable<JobProgress>
  /**
   * Settles when the job is over and everything of it is torn down, with what `collect()` received. Begins to wait when
   * it is first read. Never an unhandled rejection.
   * @throws JobFailedError; JobCancelledError
   */
  readonly result: Promise<JobResult>
  /** Sources end, what is in flight drains; resolves when the job is over. */
  stop(): Promise<void>
  /** Aborts, and resolves when the job is over. */
  cancel(): Promise<void>
  /** Removes what the cluster keeps of it. @throws InvalidArgumentError when it is not over. */
  delete(): Promise<void>
}
