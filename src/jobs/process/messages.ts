import type { JobResult } from '../../job/job-result.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import type { Program } from '../../protocol/submission.ts'
import type { LetterParcel, LetterReport } from '../dead-letters/letter-report.ts'
import type { TapBatch, TapPoint } from '../../runtime/taps/tap-point.ts'
import type { WireError } from '../../protocol/wire-error.ts'

/** What a job's process is to do: the first message it gets. */
export interface RunOrder {
  readonly type: 'run'
  readonly job: string
  readonly name: string
  /** Absolute path of the program's entry. */
  readonly entry: string
  /** Absolute path of the folder that has the program's files. */
  readonly folder: string
  readonly program: Pick<Program, 'ordinal' | 'local' | 'graphHash' | 'graph' | 'argv' | 'earlier'>
  /** Names of the environment variables whose values must appear nowhere. */
  readonly secrets: readonly string[]
  readonly autostop: boolean
  /** Folder of its FileCheckpointStore; null: it keeps none. */
  readonly checkpoints: string | null
  readonly resume: 'latest' | { readonly savepoint: string } | null
  readonly allowDroppedState: boolean
  /** Folder for the outcome, which is written before it is told, and for what `collect()` received. */
  readonly results: string
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number
  /** Milliseconds for the program to come to the submit that is the job. */
  readonly loadTimeout: number
  /** Milliseconds for the job to end by itself, with a savepoint where it can, when the server is gone. */
  readonly orphanTimeout: number
}

/** From the server to a job's process. */
export type Order =
  | RunOrder
  | { readonly type: 'stop'; readonly savepoint: boolean }
  | { readonly type: 'cancel' }
  /** The server closes: to end as when it is gone, so that the job can go on when there is one again. */
  | { readonly type: 'close' }
  | { readonly type: 'savepoint'; readonly request: number }
  /**
   * To show some of the records that go by at this point for so many milliseconds, and for as long again each time that
   * it is said again: a server that is gone looks at nothing.
   */
  | { readonly type: 'tap'; readonly point: string; readonly lease: number }
  | { readonly type: 'untap'; readonly point: string }
  /** To put these records back before the operators that gave them up. */
  | { readonly type: 'replay'; readonly letters: readonly LetterParcel[] }
  /** It is written down that these are settled. */
  | { readonly type: 'replays-noted'; readonly letters: readonly number[] }

/** How a job ended, as its process writes it down in `outcome.json`. Its texts hold no secret. */
export interface JobOutcome {
  readonly status: Extract<JobStatus, 'completed' | 'stopped' | 'failed' | 'cancelled'>
  readonly result: JobResult | null
  readonly error: WireError | null
  readonly savepoint: CheckpointInfo | null
  /**
   * What made a job stop: an order, SIGTERM or SIGINT to its process, or that the server was gone, in which case it is
   * to go on. Null: it was not stopped.
   */
  readonly stoppedBy: 'order' | 'signal' | 'server-gone' | null
  /** Of a job that was stopped before it ran: where it was to begin, and still is. */
  readonly resume?: RunOrder['resume'] | undefined
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
  /** One is complete, or a savepoint is. */
  | { readonly type: 'checkpoint'; readonly checkpoint: CheckpointInfo }
  /** The checkpoints at these locations are not there any more. */
  | { readonly type: 'checkpoints-removed'; readonly locations: readonly string[] }
  | {
      readonly type: 'savepoint'
      readonly request: number
      readonly answer: { readonly checkpoint: CheckpointInfo } | { readonly error: WireError }
    }
  /** Where its records can be looked at: told once, when it runs. */
  | { readonly type: 'taps'; readonly points: readonly TapPoint[] }
  | { readonly type: 'tapped'; readonly point: string; readonly batch: TapBatch }
  /** Dead letters that nobody in the program reads, and of how many more it says nothing. */
  | { readonly type: 'letters'; readonly letters: readonly LetterReport[]; readonly notKept: number }
  /**
   * What became of letters whose records were handed in: put back; safe, so that they need not be handed in again; not put
   * back, as there is no such operator any more.
   */
  | {
      readonly type: 'replays'
      readonly entered: readonly number[]
      readonly settled: readonly number[]
      readonly refused: readonly number[]
    }
  /** An attempt begins: what was handed in and is not settled has to be handed in again. As `LettersOrigin` has it. */
  | {
      readonly type: 'letters-begun'
      readonly checkpoint: number | null
      readonly settled: readonly number[]
    }
  | { readonly type: 'outcome'; readonly outcome: JobOutcome }
