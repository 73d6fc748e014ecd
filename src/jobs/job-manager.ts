import type { Readable } from 'node:stream'
import type { Observable } from 'rxjs'
import type { TapBatch, TapPoint } from '../runtime/taps/tap-point.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { JobEvent } from '../protocol/job-event.ts'
import type { DeadLetterDetail, DeadLetterPage, LetterChoice, LettersDone } from '../protocol/dead-letters.ts'
import type { JobHistory } from '../protocol/job-history.ts'
import type { CheckpointInfo, JobInfo, JobSummary, JobTransition, LogLine } from '../protocol/job-info.ts'
import type { Page } from '../protocol/page.ts'
import type { Submission } from '../protocol/submission.ts'
import type { LetterQuery } from './dead-letters/dead-letter-store.ts'
import type { JobQuery } from './store/job-store.ts'
import type { LogFilter } from './store/log-filter.ts'

/**
 * Keeps jobs: what the HTTP server puts on the wire, and programs that embed it call. Every method throws
 * JobNotFoundError for a job that is not there, and rejects or throws StoreError when the database is out of order.
 *
 * Of jobs that run elsewhere it has what is known of them: `list`, `get`, `transitions`, `logs`, `log$`, `events` and
 * `delete`. What else there is to do with a job is done where it runs, and is refused here with ForeignJobError.
 */
export interface JobManager {
  /**
   * Queues a job. The files of its program must be there.
   * @throws MissingFilesError with the hashes that are not; IdempotencyConflictError; QueueFullError.
   */
  submit(submission: Submission, details: SubmitDetails): SubmitAnswer
  /**
   * Queues a new job of the same program, which begins as that one did and names it in `restartedFrom`. The job that was
   * there stays as it is.
   * @throws JobActiveError when it still does something, unless `force`, which cancels it first and waits until its
   * process is gone; InvalidArgumentError where secrets are missing; and what `submit` throws.
   */
  restart(id: string, details: RestartDetails): Promise<SubmitAnswer>

  list(query: JobQuery): Page<JobSummary>
  get(id: string): JobInfo
  transitions(id: string, page: { readonly cursor?: string; readonly limit: number }): Page<JobTransition>
  checkpoints(id: string): readonly CheckpointInfo[]
  /**
   * Figures of a job over its life: at most 600 points. Of one that runs elsewhere there are none.
   * @param since milliseconds since the epoch: points that end then or later; default all
   */
  history(id: string, since?: number): JobHistory
  logs(
    id: string,
    after: number,
    limit: number,
    filter?: LogFilter,
  ): { readonly lines: readonly LogLine[]; readonly first: number; readonly last: number }

  /**
   * Tells a job to end. With `savepoint`, which is the default where it keeps checkpoints, it can be continued; without,
   * it drains and flushes. Returns when that is written down; the end itself is a transition. A job that is stopping
   * or over is left as it is, one that is queued or restarting is stopped at once.
   */
  stop(id: string, options: { readonly savepoint?: boolean; readonly cause: string }): JobInfo
  /** Aborts. A job that is over is left as it is. */
  cancel(id: string, cause: string): JobInfo
  /** Queues a stopped job again. @throws IllegalTransitionError when it is not stopped. */
  continue(id: string, cause: string): JobInfo
  /** Saves a job's state while it runs on. @throws JobNotRunningError, and what the job says went wrong. */
  savepoint(id: string): Promise<CheckpointInfo>
  /**
   * Removes a job, its logs, checkpoints and folder. One that runs elsewhere is forgotten here, and not taken in again:
   * where it runs, nothing is done to it.
   * @throws JobActiveError when it still does something, unless `force`, which cancels it first and then resolves when
   * its process is gone. One that runs elsewhere is forgotten at once.
   */
  delete(id: string, options: { readonly force: boolean }): Promise<void>

  /** What `collect()` of a job's program has received, by the node's id: in collected frames. */
  collected(id: string, node: string): Promise<Readable>

  /** Records that operators of the server's own jobs gave up. */
  readonly deadLetters: DeadLetters
  /** Where records of a job that runs can be looked at. @throws JobNotRunningError */
  taps(id: string): LiveTaps

  readonly files: ProgramFiles
  readonly events: EventLog
  /** How running jobs get on: a few times a second each, while somebody listens. */
  progress$(job?: string): Observable<{ readonly job: string; readonly progress: JobProgress }>
  /** The lines of a job that are written from now on. Completes when it is deleted. */
  log$(job: string): Observable<LogLine>

  readonly status: ManagerStatus
  /** `drain`: running jobs are stopped with a savepoint, and go on when the server starts again. */
  close(options: { readonly drain: boolean }): Promise<void>
}

export interface SubmitDetails {
  readonly idempotencyKey?: string
  /** Who wants it. */
  readonly by: string
}

export interface SubmitAnswer {
  readonly job: JobInfo
  /** False: it was made before, under the same key. */
  readonly created: boolean
}

export interface RestartDetails extends SubmitDetails {
  readonly force: boolean
  /** Those of a job that is over are gone; these go before those that are still there. */
  readonly secrets?: Readonly<Record<string, string>>
}

/** Dead letters of jobs that nobody in their programs reads. */
export interface DeadLetters {
  /** Newest first, with how many there are. @throws InvalidCursorError */
  list(job: string, query: LetterQuery): DeadLetterPage
  get(job: string, letter: number): DeadLetterDetail | undefined
  /**
   * Puts records back before the operators that gave them up, as soon as the job takes them. Those that cannot be, or are on
   * their way already, are left out.
   * @throws JobNotRunningError for a job that is over, is stopped or stops
   */
  replay(job: string, choice: LetterChoice): LettersDone
  /** Deletes those of them that are not being replayed. */
  remove(job: string, choice: LetterChoice): LettersDone
}

/** Where somebody can look at records of a job that runs. Its process shows some only while somebody does. */
export interface LiveTaps {
  /** Empty for a moment when the job begins. */
  readonly points: readonly TapPoint[]
  /**
   * Some of the records that go by at a point from now on. Completes when the job's process is gone.
   * @throws TapNotFoundError; ServerBusyError when too many points are looked at.
   */
  watch(point: string): Observable<TapBatch>
}

/** Files of programs, by their hash. */
export interface ProgramFiles {
  /** Of these, the ones that have to be uploaded. */
  missing(hashes: readonly string[]): Promise<readonly string[]>
  /**
   * Takes a file in. Nothing is there of one that fails.
   * @throws HashMismatchError, UploadTooLargeError, StoreError.
   */
  put(hash: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
}

/** What has happened to jobs. */
export interface EventLog {
  /** Oldest first, behind `since`. */
  read(query: { readonly since: number; readonly limit: number; readonly job?: string }): readonly JobEvent[]
  readonly first: number
  readonly last: number
  /** Called when there is something to read. @returns how to stop it. */
  onAppended(listener: () => void): () => void
}

export interface ManagerStatus {
  /** False while it starts and while it closes. */
  readonly ready: boolean
  /** Of the server's own jobs, as are the next two. */
  readonly running: number
  readonly queued: number
  readonly maxRunning: number
  /** All that are kept, also those that run elsewhere. */
  readonly jobs: number
}
