import type { JobStatus } from '../job/job-status.ts'
import type { JobCost } from '../protocol/foreign-details.ts'
import type { LogLine } from '../protocol/job-info.ts'
import type { WireError } from '../protocol/wire-error.ts'

/** What a provider can do beside telling of its jobs. */
export interface ProviderCapabilities {
  readonly list: boolean
  readonly cancel: boolean
  readonly logs: boolean
}

/**
 * A job as its provider tells of it at one moment. A field that is missing says nothing: what was known of it before
 * stays. Times are ISO 8601 in UTC.
 */
export interface ObservedJob {
  readonly externalId: string
  readonly name?: string
  /** Null: the provider's word for it is not in its table, and so the status stays what it was. */
  readonly status: JobStatus | null
  /** The provider's own word. */
  readonly externalStatus?: string
  /** Grows with every change of the job, where a provider counts them: of two answers the higher is newer. */
  readonly version?: number
  readonly submittedAt?: string
  readonly startedAt?: string
  readonly endedAt?: string
  readonly restarts?: number
  /** What it has cost so far. */
  readonly cost?: JobCost
  readonly error?: WireError
  /** A page about it, for people. */
  readonly url?: string
  /** All that it has written, where a provider tells that with the job. */
  readonly logs?: readonly ObservedLine[]
}

/**
 * A line of a job's log. `stream` is `stdout` and `at` the moment of reading where a provider tells neither. `seq` is its
 * place in the log, from 1; without it the line comes right after the one before. A provider that has thrown old lines
 * away tells by it how many are missing.
 */
export type ObservedLine = Pick<LogLine, 'text'> & Partial<Pick<LogLine, 'at' | 'stream' | 'seq'>>

export interface ListQuery {
  /** Where to go on: `next` of the page before. */
  readonly cursor?: string
  /** At most so many; a provider may give fewer, and still have a next page. */
  readonly limit: number
}

export interface ObservedPage {
  /** Newest first. */
  readonly jobs: readonly ObservedJob[]
  /** Null: there are no more. */
  readonly next: string | null
  /** Jobs of the page that could not be understood, each in a sentence. They are not among the jobs. */
  readonly unreadable?: readonly string[]
}

export interface LogQuery {
  /** Place of the last line that is known already: so many lines from the beginning of the log are not wanted. */
  readonly after: number
  readonly limit: number
}

/** What every call takes. */
export interface ProviderCall {
  /** Ends it, and all that it has open; it rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/**
 * A place where jobs run. Its methods do one request each, or as few as they need, and know nothing of timeouts,
 * repetitions and limits, which GuardedProvider adds.
 *
 * Errors: ProviderJobNotFoundError for a job that is not there; ProviderRefusedError for what will be refused again
 * (wrong credentials, a request that it does not understand); ProviderUnavailableError for what may pass, with
 * `retryAfter` in milliseconds where it was told; ProviderAnswerError for an answer that cannot be read;
 * ProviderCannotError for what it cannot do at all, or not to that job.
 */
export interface JobProvider {
  /** As users have named it: letters, digits, `-` and `_`. */
  readonly name: string
  /** What kind it is: `millrace`, `ray`, `replicate`, `http`. */
  readonly type: string
  readonly capabilities: ProviderCapabilities
  list(query: ListQuery, call: ProviderCall): Promise<ObservedPage>
  get(externalId: string, call: ProviderCall): Promise<ObservedJob>
  /**
   * Asks for its end. Resolves when the provider has taken it in: the job may be active for a while. One that is over is
   * left as it is. It is asked for again where the answer got lost.
   */
  cancel(externalId: string, call: ProviderCall): Promise<void>
  /**
   * Lines of its log behind those that are known, oldest first, of which none will change: the last one of a job that
   * writes it still is left for the next time.
   */
  logs(externalId: string, query: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]>
  /**
   * What the body of a webhook of it, whose signature is good, tells of a job; null: of none. Missing: it sends no
   * webhooks. @throws ProviderAnswerError for one that cannot be read.
   */
  readonly webhook?: ((body: unknown) => ObservedJob | null) | undefined
  close(): Promise<void>
}
