import type { JobStatus } from '../job/job-status.ts'
import type { LogStream } from '../protocol/job-info.ts'
import type { JobSort } from '../protocol/job-sort.ts'
import type { CallOptions } from './transport.ts'

/** Which jobs of a list are wanted. */
export interface JobListQuery {
  /** Those with one of these; default all. */
  readonly status?: readonly JobStatus[] | undefined
  /** Those that run at one of these: names of providers, and `local` for the server itself; default all. */
  readonly provider?: readonly string[] | undefined
  /** Part of the name. */
  readonly name?: string | undefined
  /** The beginning of the id, or the whole name. */
  readonly match?: string | undefined
  /** What they are put in order by; with a `-` the other way round. Default `-submitted`: newest first. */
  readonly sort?: JobSort | undefined
  /** From 1 to 200; default 50. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  /** So many are passed over, behind the cursor if there is one. Default 0. */
  readonly offset?: number | undefined
  /**
   * Whether providers are asked for the jobs that are active first, for at most five seconds; `refresh` of the answer
   * says what came of that. Default false.
   */
  readonly syncActive?: boolean | undefined
}

/** Which jobs are looked for where. */
export interface SyncJobsOptions extends CallOptions {
  /** Name of one; default all of them. */
  readonly provider?: string | undefined
  /** Of each provider, the newest so many, from 1 to 100 000; default 100. */
  readonly limit?: number | undefined
}

export interface PageQuery extends CallOptions {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

export interface SubmitJobOptions extends CallOptions {
  /** Two submissions with the same key are one job; default a new one, which makes repeating this call harmless. */
  readonly idempotencyKey?: string | undefined
}

export interface StopJobOptions extends CallOptions {
  /** Whether the job can be continued; default whether it keeps checkpoints. Without, it drains and flushes. */
  readonly savepoint?: boolean | undefined
}

export interface RestartJobOptions extends SubmitJobOptions {
  /** Also one that still does something: it is cancelled first. Default false. */
  readonly force?: boolean | undefined
  /** Secrets of the program, which are gone when a job is over. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
}

export interface DeleteJobOptions extends CallOptions {
  /** Also one that still does something: it is cancelled first. Default false. */
  readonly force?: boolean | undefined
}

export interface HistoryOptions extends CallOptions {
  /** Points that end then or later; ISO 8601, with `Z` or an offset. Default: all of the job's life. */
  readonly since?: string | undefined
}

/** Which lines of a job's log are wanted. */
export interface LogFilter {
  /** Begins with the first of the newest so many of them; default: with the oldest that is kept. */
  readonly last?: number | undefined
  /** Those written then or later, by the server's clock; ISO 8601, with `Z` or an offset. */
  readonly since?: string | undefined
  readonly stream?: LogStream | undefined
}

export interface LogQuery extends LogFilter, CallOptions {
  /** Number of the last line that was seen; default 0: from the first that is kept. */
  readonly after?: number | undefined
  /** From 1 to 1 000; default 200. */
  readonly limit?: number | undefined
}

export interface CollectedOptions extends CallOptions {
  /** Bytes that are taken at most; default 1 Gi. */
  readonly maxBytes?: number | undefined
}
