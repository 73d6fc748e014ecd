import type { JobResult } from '../../job/job-result.ts'

/** What a submit before the job has come to, as it is told elsewhere. */
export interface SeatedOutcome {
  /** Null: it failed, and `error` says why. */
  readonly result: JobResult | null
  readonly error: unknown
  /** What `collect()` received, by node id. */
  readonly collected: readonly (readonly [string, readonly unknown[]])[]
}

/** A program that runs, as it can be loaded once more beside itself. */
export interface SeatedProgram {
  /** Absolute path of the file it begins with. */
  readonly entry: string
  readonly argv: readonly string[]
  /** Which of its submits is the job, from 0. */
  readonly ordinal: number
  /** Whether submits of a LocalEnvironment are counted; else those of a RemoteEnvironment. */
  readonly local: boolean
  /** Whether it is a job of a server. */
  readonly insideJob: boolean
  /** What became of the submits before the job; null: not over. */
  readonly earlier: readonly (SeatedOutcome | null)[]
}

/** What a program that was loaded once more, in a thread or a process, is there for. Can be cloned. */
export interface SeatOrder {
  readonly program: SeatedProgram
  /** Of the graph that the job has. */
  readonly graphHash: string
}
