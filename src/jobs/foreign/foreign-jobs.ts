import type { JobInfo } from '../../protocol/job-info.ts'
import type { ProviderInfo, RefreshReport, SyncResult } from '../../protocol/provider-info.ts'
import type { ObservedJob } from '../../providers/job-provider.ts'

export interface SyncOptions {
  /** Default: all of them. @throws ProviderNotFoundError */
  readonly provider?: string | undefined
  /** Of each provider, the newest so many. Default 100. */
  readonly limit?: number | undefined
  /** Who asked for it. */
  readonly by: string
  readonly signal?: AbortSignal | undefined
}

export interface RefreshOptions {
  /** Milliseconds. */
  readonly deadline: number
  /** Names. Default: all of them. */
  readonly providers?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a server has done about a provider since it was started. */
export interface ProviderFigures {
  readonly name: string
  readonly breaker: ProviderInfo['breaker']
  readonly activeJobs: number
  /** Rounds of polls that came to their end, and rounds that did not. */
  readonly polls: { readonly done: number; readonly failed: number }
  /** Milliseconds since all of its active jobs were last polled; null: it is not polled, or by another server. */
  readonly pollAge: number | null
}

/**
 * Jobs that run elsewhere: what the server does about them. What it has seen of them is in the store, where its own jobs
 * are. A provider that is down or slow costs only its own jobs a refresh. What is asked for by several at the same time is
 * done once, and goes on when one of them does not wait for it any more.
 */
export interface ForeignJobs {
  readonly providers: readonly ProviderInfo[]
  /** @throws ProviderNotFoundError */
  provider(name: string): ProviderInfo
  /** Looks for jobs. Providers that failed are named in the result. */
  sync(options: SyncOptions): Promise<SyncResult>
  /** Asks for the active jobs again, up to a deadline, and says which could not be asked for. @throws StoreError */
  refreshActive(options: RefreshOptions): Promise<RefreshReport>
  /** Asks for one job again; the server's own are always as they are. @throws what its provider failed with. */
  refresh(id: string, signal?: AbortSignal): Promise<JobInfo>
  /** Reads what is new of a job's log, unless that was done a moment ago. Never rejects: it returns why it could not. */
  refreshLogs(id: string, signal?: AbortSignal): Promise<string | null>
  /** Reads what is new of a job's log again and again. @returns how to stop it */
  followLogs(id: string): () => void
  /**
   * Asks its provider to end a job, and then how it is. One that is over is left as it is.
   * @throws ProviderCannotError, and what the provider failed with.
   */
  cancel(id: string, cause: string, signal?: AbortSignal): Promise<JobInfo>
  /** Takes in what a webhook tells. @throws ProviderNotFoundError */
  observe(provider: string, job: ObservedJob, cause: string): void
  readonly figures: readonly ProviderFigures[]
  /** Resolves when nothing is asked any more, and every provider is closed. */
  close(): Promise<void>
}
