import type { PortableError } from '../../errors/portable-error.ts'
import type { RestartCause, ServiceResult } from '../../job/job-result.ts'
import type { RegionReport } from './region-report.ts'

/**
 * - `running`: regions run, or wait for a place to run
 * - `stopping`: its sources end, and what is in flight drains
 * - `closing`: all regions are through; services are being stopped
 * - the others: over
 */
export type ClusterJobStatus =
  'running' | 'stopping' | 'closing' | 'completed' | 'stopped' | 'failed' | 'cancelled'

/** How a job gets on: JSON-serialisable. At `jobs.<id>.state`, which the leader alone writes. */
export interface ClusterJobState {
  readonly status: ClusterJobStatus
  /** What it will have been once it is over; null until it is `closing`. */
  readonly outcome: 'completed' | 'stopped' | 'failed' | 'cancelled' | null
  /** ISO 8601; null: no region has run yet, or it is not over. */
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** What regions that have ended said last, by region. */
  readonly ended: Readonly<Record<string, RegionReport>>
  /** How often regions were started again after an operator had failed there. */
  readonly restarts: number
  /** What they were for; the last 100. */
  readonly restartCauses: readonly RestartCause[]
  /** How often regions have moved because their worker was lost. */
  readonly takeovers: number
  readonly failure: PortableError | null
  /** Once they are down. */
  readonly services: readonly ServiceResult[]
}

/** What somebody wants of a job. At `jobs.<id>.wish`, by whoever wants it. */
export interface ClusterJobWish {
  readonly want: 'stop' | 'cancel'
}
