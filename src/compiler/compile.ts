import { indexGraph } from '../graph/graph-index.ts'
import type { PipelineGraph } from '../graph/pipeline-graph.ts'
import { deepFreeze } from '../util/deep-freeze.ts'
import { assignIds } from './passes/assign-ids.ts'
import { chain } from './passes/chain.ts'
import { connect } from './passes/connect.ts'
import { parallelise } from './passes/parallelise.ts'
import { place } from './passes/place.ts'
import { split } from './passes/split.ts'
import { time } from './passes/time.ts'
import { validate } from './passes/validate.ts'
import type { Pass, Plan, ThreadSettings } from './plan.ts'

/** The compiler: pure passes, in this order. */
export const passes: readonly Pass[] = [validate, assignIds, connect, time, parallelise, split, chain, place]

/** No threads but those that operators ask for. */
const inProcess: ThreadSettings = { placement: 'process', count: 1, schedule: 'least-loaded' }

/** The plan before any pass, and after each. */
export interface CompilerStage {
  readonly name: string
  readonly plan: Plan
}

/**
 * Compiles a recorded graph, keeping what every pass made of it.
 * @throws InvalidGraphError when it cannot run.
 */
export function compileInStages(
  graph: PipelineGraph,
  defaultParallelism: number,
  threads: ThreadSettings = inProcess,
): readonly CompilerStage[] {
  const stages: CompilerStage[] = [{ name: 'record', plan: recorded(graph, defaultParallelism, threads) }]
  for (const { name, run } of passes) {
    stages.push({ name, plan: deepFreeze(run((stages.at(-1) as CompilerStage).plan)) })
  }
  return stages
}

/** @throws InvalidGraphError when the graph cannot run. */
export function compile(graph: PipelineGraph, defaultParallelism: number, threads?: ThreadSettings): Plan {
  return (compileInStages(graph, defaultParallelism, threads).at(-1) as CompilerStage).plan
}

function recorded(graph: PipelineGraph, defaultParallelism: number, threads: ThreadSettings): Plan {
  const { downstream } = indexGraph(graph)
  const serving = new Map<string, string>()
  for (const node of graph.nodes) {
    if (node.kind !== 'source' || node.source.type !== 'requests') continue
    for (const id of downstream(node.id)) serving.set(id, node.source.service)
  }
  return deepFreeze({
    name: graph.name,
    services: graph.services,
    defaultParallelism,
    threads,
    nodes: graph.nodes.map((transformation) => ({
      transformation,
      stateId: transformation.id,
      parallelism: 1,
      service: serving.get(transformation.id) ?? null,
      timed: false,
      loop: null,
      place: { in: 'process', pinned: null, why: null },
    })),
    edges: [],
    loops: [],
    tasks: [],
    subtasks: [],
    warnings: [],
  })
}
