import type { JobProvider } from '../../providers/job-provider.ts'
import type { ProviderInfo } from '../../protocol/provider-info.ts'
import type { Polling } from './polling-of.ts'

/** A provider that says how it is. Its calls end by themselves, one way or the other. */
export interface HealthyProvider extends JobProvider {
  readonly breaker: ProviderInfo['breaker']
  readonly lastError: string | null
  /** Milliseconds for which it is left alone: calls fail at once; 0: they are made. */
  readonly pause: number
}

/** A provider, and how this server is to use it. */
export interface ServedProvider {
  readonly provider: HealthyProvider
  readonly polling: Polling
  /** Whether it tells of its jobs by webhooks. */
  readonly webhook: boolean
  /** Requests that it takes at the same time. */
  readonly concurrency: number
}
