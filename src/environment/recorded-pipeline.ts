import { CollectBuffer } from '../functions/collect-buffer.ts'
import type { FunctionTable, PipelineGraph } from '../graph/pipeline-graph.ts'
import { type CheckpointOptions, resolveCheckpointOptions } from './checkpoint-options.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'
import type { RegisteredService } from './registered-service.ts'

/** What an environment has recorded so far, and how its jobs are to run: all that makes a job. */
export interface RecordedPipeline {
  readonly graph: PipelineGraph
  /** What users handed over, by node id. */
  readonly functions: FunctionTable
  readonly services: readonly RegisteredService[]
  readonly options: ResolvedEnvironmentOptions
}

/**
 * The same with other checkpoints, or none. What they leave open is as the environment has it, then the default.
 * @throws InvalidArgumentError when one of their options can never work.
 */
export function withCheckpoints(
  recorded: RecordedPipeline,
  checkpoints: CheckpointOptions | null,
): RecordedPipeline {
  const { options, graph } = recorded
  const resolved =
    checkpoints === null
      ? null
      : resolveCheckpointOptions(graph.name, { ...options.checkpoints, ...checkpoints })
  return { ...recorded, options: Object.freeze({ ...options, checkpoints: resolved }) }
}

/** What `collect()` has received so far, by node id. */
export function collectedOf(recorded: RecordedPipeline): ReadonlyMap<string, readonly unknown[]> {
  return new Map([...collectBuffersOf(recorded)].map(([id, { values }]) => [id, values]))
}

/** What `collect()` writes to, by node id. */
export function collectBuffersOf({
  functions,
}: RecordedPipeline): ReadonlyMap<string, CollectBuffer<unknown>> {
  const buffers = new Map<string, CollectBuffer<unknown>>()
  for (const [id, given] of functions) if (given instanceof CollectBuffer) buffers.set(id, given)
  return buffers
}

/** Has `collect()` of that node hold these values, which a job elsewhere has received. */
export function fillCollected(
  { functions }: RecordedPipeline,
  node: string,
  values: Iterable<unknown>,
): void {
  const given = functions.get(node)
  if (!(given instanceof CollectBuffer)) return
  given.reset()
  for (const value of values) void given.write(value)
}
