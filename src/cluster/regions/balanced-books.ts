import { deadLetterInputs } from '../../graph/dead-letter-inputs.ts'
import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { NodeResult } from '../../job/job-result.ts'

/**
 * The books of a job that is over, with what was sent to operators that wanted no more of it: nobody in their regions has
 * seen that, so that it is known only where the books of all regions are together.
 * @param fate what has become of it: `dropped` where the job has come to its end by itself
 */
export function balancedBooks(
  graph: PipelineGraph,
  nodes: readonly NodeResult[],
  fate: 'dropped' | 'unfinished',
): readonly NodeResult[] {
  const books = new Map(nodes.map((node) => [node.id, node]))
  const transformations = new Map(graph.nodes.map((node) => [node.id, node]))
  return nodes.map((own) => {
    const missing = sentTo(transformations.get(own.id)!, own, graph, books) - own.in
    return missing > 0 ? { ...own, in: own.in + missing, [fate]: own[fate] + missing } : own
  })
}

/** What goes to a side output is not counted where it comes from. */
function sentTo(
  node: Transformation,
  { parallelism }: NodeResult,
  graph: PipelineGraph,
  books: ReadonlyMap<string, NodeResult>,
): number {
  if (node.kind === 'deadLetters') {
    return deadLetterInputs(graph).reduce((sum, id) => sum + (books.get(id)?.deadLettered ?? 0), 0)
  }
  if (node.kind === 'sideOutput') return 0
  let sent = 0
  for (const id of node.inputs) {
    const producer = books.get(id)
    if (producer !== undefined) sent += producer.out * (producer.kind === 'broadcast' ? parallelism : 1)
  }
  return sent
}
