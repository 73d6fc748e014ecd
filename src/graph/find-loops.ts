import { indexGraph } from './graph-index.ts'
import type { PipelineGraph } from './pipeline-graph.ts'

/**
 * The feedback loops: for each, the ids of all nodes that a record can leave and come back to, in order of recording.
 * Loops that share a node are one. Every loop holds at least one future.
 */
export function findLoops(graph: PipelineGraph): readonly (readonly string[])[] {
  const { downstream, upstream } = indexGraph(graph)
  const looped = new Set<string>()
  const loops: (readonly string[])[] = []
  for (const node of graph.nodes) {
    // Nodes refer to earlier ones, but for futures: so a loop goes through one, and its members are what is both
    // below and above it.
    if (node.kind !== 'future' || looped.has(node.id)) continue
    const below = downstream(node.id)
    if (!node.inputs.some((input) => below.has(input))) continue
    const above = upstream(node.id)
    const members = graph.nodes.map(({ id }) => id).filter((id) => below.has(id) && above.has(id))
    for (const id of members) looped.add(id)
    loops.push(members)
  }
  return loops
}
