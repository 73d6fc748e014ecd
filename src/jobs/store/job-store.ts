import type { JobStatus } from '../../job/job-status.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { RestartHistory } from '../../job/restart-policy.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type {
  CheckpointInfo,
  JobSummary,
  JobTransition,
  LogLine,
  ProcessInfo,
} from '../../protocol/job-info.ts'
import type { JobSort } from '../../protocol/job-sort.ts'
import type { Page } from '../../protocol/page.ts'
import type { Submission } from '../../protocol/submission.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import type { FigureStore } from '../figures/figure-store.ts'
import type { ForeignJobStore } from './foreign-job-store.ts'
import type { LogFilter } from './log-filter.ts'

/** A submission without its secrets, which are kept elsewhere, and not for ever. */
export interface KeptSubmission extends Submission {
  /** Names of its secrets; missing: it has none. */
  readonly secretNames?: readonly string[]
}

/** A job as it is kept. `position` of the summary is worked out when it is read. */
export interface JobRecord extends JobSummary {
  readonly submission: KeptSubmission
  /** The job that this one is a restart of; null: none. */
  readonly restartedFrom: string | null
  readonly process: ProcessInfo | null
  readonly progress: JobProgress | null
  readonly savepoint: CheckpointInfo | null
  readonly error: WireError | null
  readonly result: JobResult | null
  /** What its restart strategy remembers. */
  readonly restartHistory: RestartHistory
  /** When a job that is `restarting` is due, in milliseconds since the epoch; else null. */
  readonly dueAt: number | null
  /** Somebody wants it gone once its process has ended: what it is to become then; else null. */
  readonly wanted: 'stopped' | 'cancelled' | 'deleted' | null
}

/** What may be changed of a job beside its status. A field that is missing stays as it is. */
export type JobPatch = Partial<
  Pick<
    JobRecord,
    | 'process'
    | 'progress'
    | 'savepoint'
    | 'error'
    | 'result'
    | 'restartHistory'
    | 'dueAt'
    | 'wanted'
    | 'restarts'
  >
>

export interface CreateDetails {
  readonly id: string
  readonly at: number
  /** Remembered for a day, also when the job is deleted meanwhile. */
  readonly idempotencyKey?: string
  /** Who submits it. */
  readonly by: string
  /** The job that it is a restart of. */
  readonly restartedFrom?: string
  /** Called before a new job is made, and not for one that its key has made before: throws where there is no room. */
  readonly admit?: () => void
}

export interface TransitionDetails {
  readonly at: number
  /** In a sentence. */
  readonly cause: string
  readonly patch?: JobPatch
}

export interface PageQuery {
  readonly cursor?: string
  /** From 1 to 200. */
  readonly limit: number
}

export interface JobQuery extends PageQuery {
  readonly status?: readonly JobStatus[]
  /** Names of the places where they run; `local` is the server's own. Default: wherever. */
  readonly provider?: readonly string[]
  /** Part of the name, in any case. */
  readonly name?: string
  /** The beginning of the id, or the whole name. */
  readonly match?: string
  /** Default `-submitted`: newest first. */
  readonly sort?: JobSort
  /** So many are passed over first. Default 0. */
  readonly offset?: number
  /** Milliseconds since the epoch, up to which jobs that run have lasted. Default: they outlast all others. */
  readonly now?: number
}

export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** Lines, and the numbers of the oldest that is kept and of the newest; both 0 before there is one. */
export interface LogPage extends NumberRange {
  readonly lines: readonly LogLine[]
}

export interface EventQuery {
  readonly since: number
  readonly limit: number
  readonly job?: string
}

/**
 * Jobs, their history, events, log lines and checkpoints. Synchronous, and every method is one transaction: what it
 * tells is on disk when it returns, and is there after a power cut. Log lines, and patches of `process` and `progress`
 * alone, are there after the end of the process, whatever ended it; after a power cut the last of them may be gone.
 *
 * `list`, `transitions`, `logs`, `delete`, `expired` and events are of all jobs, those that run elsewhere included. All
 * else is of the server's own, and knows no others: to it they are not there.
 *
 * Errors: StoreError when the database cannot be read or written (a full disk), with nothing half done;
 * JobNotFoundError for a job that is not there, except by `get`.
 */
export interface JobStore {
  /** What jobs that run elsewhere have of their own, in the same database. */
  readonly foreign: ForeignJobStore
  /** Figures of the server's own jobs over their lives, in the same database. */
  readonly figures: FigureStore
  /** Records that operators of the server's own jobs gave up, in the same database. */
  readonly deadLetters: DeadLetterStore

  /**
   * Makes a job, `queued`. With a key that was used before for the same submission it returns the job of then.
   * @throws IdempotencyConflictError when that key was used for another submission, or its job has been deleted.
   */
  create(
    submission: Submission,
    details: CreateDetails,
  ): { readonly job: JobRecord; readonly created: boolean }

  get(id: string): JobRecord | undefined
  /**
   * With a total of all that match. Jobs that have not begun or ended come last where they are sorted by that; those with
   * the same value go by when they were made or taken in. A cursor is for the order it was given in.
   * @throws InvalidCursorError
   */
  list(query: JobQuery): Page<JobSummary>
  /** In the order in which they start: priority, then age. */
  queue(limit: number): readonly JobRecord[]
  /** Every one of the server's own jobs in one of these states. */
  withStatus(...statuses: readonly JobStatus[]): readonly JobRecord[]
  /** How many of the server's own jobs there are. */
  counts(): Readonly<Record<JobStatus, number>>

  /**
   * Changes a job's status by the one guarded reducer, and whatever else; writes history and event with it.
   * @throws IllegalTransitionError, and changes nothing; JobNotFoundError.
   */
  transition(id: string, to: JobStatus, details: TransitionDetails): JobRecord
  /** Changes what has no event of its own. */
  patch(id: string, patch: JobPatch): JobRecord
  /** Oldest first; of a job with more than the cap the oldest are gone. @throws InvalidCursorError */
  transitions(id: string, page: PageQuery): Page<JobTransition>

  addCheckpoint(id: string, checkpoint: CheckpointInfo, at: number): void
  removeCheckpoint(id: string, location: string): void
  /** Newest first. */
  checkpoints(id: string): readonly CheckpointInfo[]

  /** Lines get the next numbers. Of a job with more than the cap the oldest go. @returns them as written. */
  addLogs(id: string, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[]
  /**
   * Behind line `after` those that are wanted, at most `limit`. Fewer: there are no more of them up to `last` of the
   * page.
   */
  logs(id: string, after: number, limit: number, filter?: LogFilter): LogPage

  /** Removes a job and all that belongs to it; its event stays. One that runs elsewhere is not taken in again. */
  delete(id: string, at: number): void
  /** Jobs that ended for good before that moment, oldest first: not those that are stopped, which can be continued. */
  expired(before: number, limit: number): readonly string[]

  /** Hashes of files that some job needs. */
  usedFiles(): ReadonlySet<string>

  /** Events behind `since`, oldest first, of one job or of all. */
  events(query: EventQuery): readonly JobEvent[]
  /**
   * Number of the newest event, and of the oldest that is kept, which is the next one when none is; both 0 before there
   * was one.
   */
  eventRange(): NumberRange
  /** Called after each transaction that wrote events, with the last number. @returns how to stop it. */
  onEvents(listener: (last: number) => void): () => void
  /** Keeps the newest so many, and those that webhook subscriptions have still to be told of, up to a million. */
  trimEvents(keep: number): void

  close(): void
}
