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

/**
 * Jobs that run elsewhere: what the server does about them. What it has seen of them is in the store, where its own jobs
 * are. A provider that is down or slow costs only its own jobs a refresh.
 */
export interface ForeignJobs {
  readonly providers: readonly ProviderInfo[]
  /** Looks for jobs, once for all who ask at the same time. Providers that failed are named in the result. */
  sync(options: SyncOptions): Promise<SyncResult>
  /** Asks for the active jobs again, up to a deadline, and says which could not be asked for. */
  refreshActive(options: { readonly deadline: number; readonly signal?: AbortSignal }): Promise<RefreshReport>
  /** Asks for one job again. @throws what its provider failed with. */
  refresh(id: string, signal?: AbortSignal): Promise<JobInfo>
  /** Reads what is new of a job's log, unless that was done a moment ago. Never rejects: it returns why it could not. */
  refreshLogs(id: string, signal?: AbortSignal): Promise<string | null>
  /** Asks its provider to end a job. @throws ProviderCannotError, and what the provider failed with. */
  cancel(id: string, cause: string, signal?: AbortSignal): Promise<JobInfo>
  /** Takes in what a webhook tells. */
  observe(provider: string, job: ObservedJob, cause: string): void
  close(): Promise<void>
}
