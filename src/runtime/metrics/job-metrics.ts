import type { SourceProgress } from '../../functions/user-functions.ts'
import type { NodeResult } from '../../job/job-result.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobLatency } from './latency-meter.ts'
import type { NodeActivity } from './node-activity.ts'

/**
 * How far a source has come, summed over its subtasks. `total` is undefined where it does not know how much there is;
 * what tells nothing of itself counts its records.
 */
export interface JobSourceProgress extends SourceProgress {
  /** Its id in `nodes`. */
  readonly node: string
}

/** What an edge holds. */
export interface EdgeMetrics {
  readonly from: string
  readonly to: string
  readonly sent: number
  /** Records on the edge now. */
  readonly held: number
  /** The fullest channel's share of its capacity, 0 to 1: 1 means that the consumer is the slower one. */
  readonly fill: number
}

/** How far a job is. */
export interface JobProgress {
  readonly status: JobStatus
  /** Milliseconds since the job began to run. */
  readonly elapsedMs: number
  /** Records given by sources, and records that reached sinks. */
  readonly read: number
  readonly written: number
  readonly sources: readonly JobSourceProgress[]
  readonly nodes: readonly NodeResult[]
  /** Between operators that are not one loop; of a job that is over none. */
  readonly edges: readonly EdgeMetrics[]
  /** Of each operator, in the order of `nodes`; of what was written down before it was told, none. */
  readonly activity: readonly NodeActivity[]
  /**
   * Null where nothing is known: nobody measures it, or no record has been on its way for ten seconds. Looking at a job
   * has it measured from then on.
   */
  readonly latency: JobLatency | null
}

export interface JobMetrics extends JobProgress {
  /** What operators count by themselves, by node id. */
  readonly custom: Readonly<Record<string, Readonly<Record<string, number>>>>
}
