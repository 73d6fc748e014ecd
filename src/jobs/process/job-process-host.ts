import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { JobHandle } from '../../environment/job-handle.ts'
import type { CheckpointOptions } from '../../environment/checkpoint-options.ts'
import type { SubmitOptions } from '../../environment/submit-options.ts'

/** What a submit in a job's process hands over when it is the job. */
export interface HostedSubmit {
  readonly graph: PipelineGraph
  /** What `collect()` has received, by node id: read when the job is over. */
  readonly collected: () => ReadonlyMap<string, readonly unknown[]>
  /** Runs the job here, with the checkpoints given instead of the environment's own. */
  readonly start: (options: SubmitOptions, checkpoints: CheckpointOptions | null) => Promise<JobHandle>
}

/**
 * What a job's process offers to the program it runs, at `globalThis[jobProcessKey]`. Programs bring their own copy of
 * this library, so this is the contract between versions: it only ever grows.
 */
export interface JobProcessHost {
  readonly version: 1
  /**
   * Each `submit` of a RemoteEnvironment calls this, in order. Those before the job resolve to what they had come to;
   * the one that is the job starts it, and never resolves: code behind it runs on the client only.
   */
  submit(hosted: HostedSubmit): Promise<JobResult>
}

export const jobProcessKey: unique symbol = Symbol.for('millrace.job-process') as never
