import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { RestartStrategy } from '../../functions/restart-strategy.ts'

/** A part of a job that one process runs, and that moves as a whole: chains of operators in some of their subtasks. */
export interface RegionSpec {
  /** `r0`, `r1`, ... */
  readonly id: string
  /** Names of its operators, each once, in order. */
  readonly operators: readonly string[]
  /** `t1/0`: tasks of the plan, and which of their subtasks. */
  readonly subtasks: readonly string[]
}

/** Of a file of a program: where it goes below the working folder, and what it holds. */
export interface ProgramFile {
  readonly path: string
  /** SHA-256 in hexadecimal digits: how the engine has it. */
  readonly hash: string
  readonly size: number
}

/** A job as it was submitted: JSON-serialisable, and never changed. At `jobs.<id>.spec`. */
export interface ClusterJobSpec {
  readonly format: 1
  readonly id: string
  readonly name: string
  /** ISO 8601. */
  readonly submittedAt: string
  readonly program: {
    /** Path of the file that is run. */
    readonly entry: string
    readonly files: readonly ProgramFile[]
    readonly argv: readonly string[]
    readonly env: Readonly<Record<string, string>>
    /** Which of the program's submits is the job, from 0. */
    readonly ordinal: number
    /** What the submits before had come to: a file of `SeatedOutcome`s as node:v8 writes them. */
    readonly earlier: string
  }
  readonly graph: PipelineGraph
  readonly graphHash: string
  /** As the job compiles. */
  readonly parallelism: number
  readonly regions: readonly RegionSpec[]
  /** Names of services, in the order in which they were registered. */
  readonly services: readonly string[]
  /** Whether it ends by itself when its sources have run dry. */
  readonly autostop: boolean
  /** Milliseconds without progress after which a graceful stop aborts. */
  readonly stopTimeout: number
  readonly restart: RestartStrategy
}
