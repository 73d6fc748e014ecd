import type { ServiceCalls } from './service-calls.ts'
import type { ServiceReport } from './service-report.ts'

/** One service of one job, as the host of the job's services drives it, in this process or elsewhere. */
export interface ManagedService {
  /** What its callers go through. */
  readonly calls: ServiceCalls
  /** Those of a lower number are taken down first. */
  readonly teardownOrder: number
  /**
   * Brings it up, within its timeout. `signal` cuts the wait short.
   * @throws ServiceStartError naming the service, with what it threw as cause.
   */
  start(signal: AbortSignal): Promise<void>
  /** The job is over for good: aborts what the service does on its own and what its callers wait for. */
  abort(reason: unknown): void
  /** Takes it down, whatever became of its start. Never rejects: the report tells. */
  stop(how: { readonly failed: boolean }): Promise<ServiceReport>
}
