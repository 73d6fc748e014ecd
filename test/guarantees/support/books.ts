import * as assert from 'uvu/assert'
import type { JobResult, NodeResult } from '../../../src/job/job-result.ts'
import { deadLetterInputs } from '../../../src/graph/dead-letter-inputs.ts'
import type { PipelineGraph } from '../../../src/graph/pipeline-graph.ts'
import type { Transformation } from '../../../src/graph/transformation.ts'

const columns = ['in', 'handled', 'dropped', 'deadLettered', 'failed', 'unfinished', 'out', 'errors'] as const

/** Every record has one fate, nothing is negative, and on every edge received = sent. */
export function checkBooks(graph: PipelineGraph, { nodes, status }: JobResult): void {
  const books = new Map(nodes.map((node) => [node.id, node]))
  for (const node of nodes) checkFates(node, status)
  for (const node of graph.nodes) checkIntake(node, graph, books)
}

function checkFates(node: NodeResult, status: JobResult['status']): void {
  const told = () => `${node.id} ${node.name}: ${JSON.stringify(node)}`
  for (const column of columns) assert.ok(node[column] >= 0, `negative ${column} in ${told()}`)
  const fates = node.handled + node.dropped + node.deadLettered + node.failed + node.unfinished
  assert.is(node.in, fates, `fates in ${told()}`)
  if (status !== 'completed') return
  assert.is(node.failed + node.unfinished, 0, `a completed job leaves nothing in ${told()}`)
}

function checkIntake(
  node: Transformation,
  graph: PipelineGraph,
  books: ReadonlyMap<string, NodeResult>,
): void {
  // What goes to a side output is not counted in `out`.
  if (node.kind === 'sideOutput' || node.kind === 'source') return
  const own = books.get(node.id)!
  let sent = 0
  if (node.kind === 'deadLetters') {
    for (const id of deadLetterInputs(graph)) sent += books.get(id)!.deadLettered
  } else {
    for (const id of node.inputs) {
      const producer = books.get(id)!
      sent += producer.out * (producer.kind === 'broadcast' ? own.parallelism : 1)
    }
  }
  assert.is(own.in, sent, `sent to ${own.id} ${own.name} in ${JSON.stringify([...books.values()])}`)
}
