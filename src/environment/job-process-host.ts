import type { PipelineGraph } from '../graph/pipeline-graph.ts'
import type { JobResult, RestartCause } from '../job/job-result.ts'
import type { JobLetters, LettersListener } from '../runtime/dead-letters/job-letters.ts'
import type { JobTaps } from '../runtime/taps/job-taps.ts'
import type { JobHandle } from './job-handle.ts'
import type { CheckpointOptions } from './checkpoint-options.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'
import type { SeatedProgram } from './seat/seat-order.ts'
import type { SubmitOptions } from './submit-options.ts'

/** What a submit in a job's process hands over when it is the job. */
export interface HostedSubmit {
  readonly graph: PipelineGraph
  /** All that makes the job; for the copy of this library that the program has, and nobody else. */
  readonly recorded?: RecordedPipeline
  /** What `collect()` has received, by node id: read when the job is over. */
  readonly collected: () => ReadonlyMap<string, readonly unknown[]>
  /** Has `collect()` of that node hold these values: of a submit before the job, where it ran. */
  readonly fill: (node: string, values: Iterable<unknown>) => void
  /**
   * Why the job cannot keep checkpoints; null when it can.
   * @throws InvalidGraphError when it cannot run at all.
   */
  readonly whyNoCheckpoints: () => Error | null
  /**
   * Makes the job, with these checkpoints instead of the environment's own (whose interval and so on hold where these
   * name none), and starts it. Resolves before it runs: the handle tells how it gets on, and whether it came to run.
   * @param letters keeps the dead letters that nobody in the program reads; earlier libraries tell it nothing.
   * @throws what `submit` in process does before there is a job.
   */
  readonly start: (
    options: SubmitOptions,
    checkpoints: CheckpointOptions | null,
    letters?: LettersListener,
  ) => Promise<HostedJob>
}

/** A job in its process. */
export interface HostedJob extends JobHandle {
  /** Of its restarts so far. */
  readonly restartCauses: readonly RestartCause[]
  /** Has somebody look at its records. Libraries that cannot do that have none. */
  readonly taps?: Pick<JobTaps, 'points' | 'watch' | 'unwatch' | 'close'>
  /** Where records are put back that were given up as dead letters. Libraries that cannot do that have none. */
  readonly letters?: Pick<JobLetters, 'replay' | 'confirm' | 'end'>
  /** The job fails with this error, which came from outside of its pipeline, and may be restarted. */
  crash(error: unknown): void
}

/**
 * What a job's process offers to the program it runs, at `globalThis[jobProcessKey]`. Programs bring their own copy of
 * this library, so this is the contract between versions: it only ever grows.
 */
export interface JobProcessHost {
  readonly version: 1
  /** Number of the submit that is the job, from 0. */
  readonly ordinal: number
  /** How many there were so far. */
  readonly submits: number
  /**
   * Each `submit` of a RemoteEnvironment calls this, in order. Those before the job resolve to what they had come to;
   * the one that is the job starts it, and never resolves: code behind it runs on the client only.
   */
  submit(hosted: HostedSubmit): Promise<JobResult>
  /**
   * Each `submit` of a LocalEnvironment asks this, where it is there: whether it is to be given to `submit` instead of
   * running here, since the job is one of a LocalEnvironment that `millrace submit` has sent. Asked once for each.
   */
  takesLocal?(): boolean
  /** The program, as it can be loaded once more beside itself for a part of the job. Hosts of old have none. */
  seatedProgram?(): Promise<SeatedProgram>
}

export const jobProcessKey: unique symbol = Symbol.for('millrace.job-process') as never

/** The server's side of this process, if it is one of a job. */
export function jobProcessHost(): JobProcessHost | undefined {
  return (globalThis as { [jobProcessKey]?: JobProcessHost })[jobProcessKey]
}
