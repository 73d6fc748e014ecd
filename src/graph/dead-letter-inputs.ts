import type { ErrorPolicy } from '../functions/error-policy.ts'
import { indexGraph } from './graph-index.ts'
import { deepFreeze } from '../util/deep-freeze.ts'
import type { PipelineGraph } from './pipeline-graph.ts'

/**
 * Ids of the nodes whose dead letters come out of `env.deadLetters()`: those with that policy, except what is
 * downstream of the stream itself on a way that does not lead through a future, and except pipelines registered as
 * services, which outlive the stream: their callers get the error.
 */
export function deadLetterInputs(graph: PipelineGraph): readonly string[] {
  const forward = indexGraph(graph, (node) => (node.kind === 'future' ? [] : node.inputs))
  const excluded = new Set<string>()
  for (const node of graph.nodes) {
    const isRequests = node.kind === 'source' && node.source.type === 'requests'
    if (node.kind !== 'deadLetters' && !isRequests) continue
    for (const id of forward.downstream(node.id)) excluded.add(id)
  }
  return graph.nodes.filter(({ id, onError }) => givesUp(onError) && !excluded.has(id)).map(({ id }) => id)
}

/** The graph with those nodes as inputs of its `deadLetters` node; the same graph where there is none. */
export function connectDeadLetters(graph: PipelineGraph): PipelineGraph {
  const position = graph.nodes.findIndex(({ kind }) => kind === 'deadLetters')
  if (position < 0) return graph
  const inputs = deadLetterInputs(graph)
  return deepFreeze({
    ...graph,
    nodes: graph.nodes.map((node, index) => (index === position ? { ...node, inputs } : node)),
  })
}

function givesUp(policy: ErrorPolicy): boolean {
  return policy === 'dead-letter' || (typeof policy === 'object' && policy.then === 'dead-letter')
}
