import { findLoops } from './find-loops.ts'
import type { GraphIndex } from './graph-index.ts'
import { invalidGraph } from './invalid-graph.ts'

/** @throws InvalidGraphError for a future that was not filled, and for `pipe` inside a loop. */
export function checkFutures({ graph, node }: GraphIndex): void {
  for (const future of graph.nodes) {
    if (future.kind !== 'future' || future.inputs.length > 0) continue
    throw invalidGraph(
      future,
      `the future "${future.name}" was not filled`,
      'call stream.fillFuture(future) with the stream that comes back, or remove the future',
    )
  }
  for (const loop of findLoops(graph)) {
    const pipe = loop.map(node).find(({ kind }) => kind === 'pipe')
    if (pipe === undefined) continue
    throw invalidGraph(
      pipe,
      `pipe "${pipe.name}" is inside a feedback loop, whose records must be counted to know when it is empty`,
      'move it out of the loop, or use map, filter, flatMap or process there',
    )
  }
}
