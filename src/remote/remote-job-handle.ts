import type { Observable } from 'rxjs'
import type { Savepoint, StopOptions } from '../environment/job-handle.ts'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobInfo, LogLine } from '../protocol/job-info.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'

/**
 * A job on a server. It asks the server only while somebody listens or waits, so that a program that has submitted a job
 * may end. Every method rejects with JobNotFoundError once the job is deleted, and ServerUnreachableError.
 */
export interface RemoteJobHandle {
  readonly id: string
  readonly name: string
  /** As last heard. */
  readonly status: JobStatus
  /** The status now, and every change; completes when the job is over or stopped. Errors with JobDeletedError. */
  readonly status$: Observable<JobStatus>
  /** How far the job is, a few times a second; completes when it is over or stopped. */
  readonly progress$: Observable<JobProgress>
  /** What the job has written and writes, line by line; completes when it is over or stopped. */
  readonly logs$: Observable<LogLine>
  /**
   * Settles when the job is over or stopped: as in process, with what `collect()` received. Begins to wait when it is
   * first read; after `continue`, anew. Never an unhandled rejection.
   * @throws JobFailedError; JobCancelledError; JobDeletedError; WaitTimeoutError after the environment's `timeout`.
   */
  readonly result: Promise<JobResult>
  /** All that the server says of it now. */
  info(): Promise<JobInfo>
  /**
   * Ends the job early, and resolves when it is over: behind a savepoint where it keeps checkpoints, so that it can be
   * continued; otherwise, and with `{ savepoint: false }`, it drains and flushes, for good.
   */
  stop(options: StopOptions & { readonly savepoint: true }): Promise<Savepoint>
  stop(options?: StopOptions): Promise<Savepoint | void>
  /** Has a stopped job go on from its savepoint; one without begins again. @throws IllegalTransitionError */
  continue(): Promise<void>
  /** Saves the job's state while it runs on. */
  savepoint(): Promise<Savepoint>
  /** Aborts, and resolves when the job is over. */
  cancel(): Promise<void>
  /** Removes the job, its logs, checkpoints and folder. @throws JobActiveError when it is not over, unless forced. */
  delete(options?: { readonly force?: boolean }): Promise<void>
}
