import type { JobStatus } from './job-status.ts'

/** The books of one operator, summed over its subtasks. `in` = handled + dropped + deadLettered + failed + unfinished. */
export interface NodeResult {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly parallelism: number
  /** Records that entered. */
  readonly in: number
  readonly handled: number
  /** Filtered, mapped to undefined, or skipped by the error policy. */
  readonly dropped: number
  readonly deadLettered: number
  /** Records whose failure ended the job. */
  readonly failed: number
  /** Records that were inside when the job was ended early. */
  readonly unfinished: number
  /** Records emitted; counted apart from the fates. */
  readonly out: number
  /** Calls that threw, retries included. */
  readonly errors: number
}

/** How one service was torn down. */
export interface ServiceResult {
  readonly name: string
  readonly stopped: boolean
  readonly cleaned: boolean
  /** Ended by force; only services hosted outside the process can be. */
  readonly killed: boolean
  readonly error?: string
}

/** What became of a job. */
export interface JobResult {
  readonly jobId: string
  readonly name: string
  readonly status: Extract<JobStatus, 'completed' | 'stopped' | 'failed' | 'cancelled'>
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string
  readonly durationMs: number
  readonly restarts: number
  readonly nodes: readonly NodeResult[]
  readonly services: readonly ServiceResult[]
}
