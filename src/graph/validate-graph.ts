import { InvalidGraphError } from '../errors/invalid-graph-error.ts'
import { checkConcatOrder } from './check-concat-order.ts'
import { checkEndings, type GraphWarning } from './check-endings.ts'
import { checkFutures } from './check-futures.ts'
import { checkServicePipelines } from './check-service-pipelines.ts'
import { connectDeadLetters } from './dead-letter-inputs.ts'
import { indexGraph } from './graph-index.ts'
import type { PipelineGraph } from './pipeline-graph.ts'

/** What validation has to say of a graph that can run. */
export interface GraphReport {
  readonly warnings: readonly GraphWarning[]
}

/** @throws InvalidGraphError at the first reason why the graph cannot run. */
export function validateGraph(graph: PipelineGraph): GraphReport {
  checkSources(graph)
  const index = indexGraph(graph)
  const connected = connectDeadLetters(graph)
  const complete = connected === graph ? index : indexGraph(connected)
  checkFutures(complete)
  checkServicePipelines(index)
  checkConcatOrder(complete)
  return { warnings: checkEndings(index) }
}

function checkSources(graph: PipelineGraph): void {
  if (graph.nodes.some((node) => node.kind === 'source' && node.source.type !== 'requests')) return
  throw new InvalidGraphError(
    graph.nodes.length === 0
      ? `the pipeline of environment "${graph.name}" is empty`
      : `the pipeline of environment "${graph.name}" has no source`,
    { remedy: 'begin with a source: env.fromBatch(items), env.fromSource(next), ...' },
  )
}
