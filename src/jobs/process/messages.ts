import type { JobResult } from '../../job/job-result.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import type { Program } from '../../protocol/submission.ts'
import type { WireError } from '../../protocol/wire-error.ts'

/** What a job's process is to do: the first message it gets. */
export interface RunOrder {
  readonly type: 'run'
  readonly job: string
  readonly name: string
  /** Absolute path of the program's entry. */
  readonly entry: string
  readonly program: Pick<Program, 'ordinal' | 'graphHash' | 'argv'>
  readonly autostop: boolean
  /** Folder of its FileCheckpointStore; null: it keeps none. */
  readonly checkpoints: string | null
  readonly resume: 'latest' | { readonly savepoint: string } | null
  readonly allowDroppedState: boolean
  /** Folder for the outcome, which is written before it is told, and for what `collect()` received. */
  readonly results: string
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number
}

/** From the server to a job's process. */
export type Order =
  | RunOrder
  | { readonly type: 'stop'; readonly savepoint: boolean }
  | { readonly type: 'cancel' }
  | { readonly type: 'savepoint'; readonly request: number }

/** How a job ended, as its process writes it down in `outcome.json`. */
export interface JobOutcome {
  readonly status: Extract<JobStatus, 'completed' | 'stopped' | 'failed' | 'cancelled'>
  readonly result: JobResult | null
  readonly error: WireError | null
  readonly savepoint: CheckpointInfo | null
}

/** From a job's process to the server. */
export type Report =
  | { readonly type: 'status'; readonly status: JobStatus }
  | {
      readonly type: 'heartbeat'
      readonly rssBytes: number
      readonly heapBytes: number
      /** CPU time used so far, in microseconds. */
      readonly cpuMicros: number
      readonly progress: JobProgress | null
    }
  | { readonly type: 'restart'; readonly cause: string }
  | { readonly type: 'checkpoint'; readonly checkpoint: CheckpointInfo; readonly removed: readonly string[] }
  | {
      readonly type: 'savepoint'
      readonly request: number
      readonly answer: { readonly checkpoint: CheckpointInfo } | { readonly error: WireError }
    }
  | { readonly type: 'outcome'; readonly outcome: JobOutcome }
