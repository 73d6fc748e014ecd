import type { JobStatus } from './job-status.ts'

/** The books of one operator, summed over its subtasks. `in` = handled + dropped + deadLettered + failed + unfinished. */
export interface NodeResult {
  readonly id: string
  readonly name: string
  readonly kind: string
  /** Ids of the nodes that it reads from. */
  readonly inputs: readonly string[]
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

/** Why a job was restarted. */
export interface RestartCause {
  /** When it failed, ISO 8601. */
  readonly at: string
  /** The message of the error. */
  readonly message: string
  /** Name of the operator, source, sink or service that failed, where it is known. */
  readonly operator?: string
  /** Number of the checkpoint that the job went on from; absent: it began again. */
  readonly restoredFrom?: number
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
  /** One for each restart, in order; the last 100 where there were more. */
  readonly restartCauses: readonly RestartCause[]
  readonly nodes: readonly NodeResult[]
  readonly services: readonly ServiceResult[]
}
