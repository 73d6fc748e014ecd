import { positionOf } from './node-position.ts'
import type { PipelineGraph } from './pipeline-graph.ts'
import type { Transformation } from './transformation.ts'

/** A graph made easy to walk, both ways. Node ids in, node ids out; order is that of recording. */
export interface GraphIndex {
  readonly graph: PipelineGraph
  /** @throws RangeError when there is no such node. */
  readonly node: (id: string) => Transformation
  /** Ids of the nodes that read this one, each once. */
  readonly readers: (id: string) => readonly string[]
  /** The node and all that its records can reach. */
  readonly downstream: (id: string) => ReadonlySet<string>
  /** The nodes and all that their records can come from. */
  readonly upstream: (...ids: readonly string[]) => ReadonlySet<string>
}

/** Costs nothing before it is asked. `inputsOf` says what a node reads; default its `inputs`. */
export function indexGraph(
  graph: PipelineGraph,
  inputsOf: (node: Transformation) => readonly string[] = (node) => node.inputs,
): GraphIndex {
  const node = (id: string): Transformation => {
    const likely = graph.nodes[positionOf(id)]
    const found = likely?.id === id ? likely : graph.nodes.find((other) => other.id === id)
    if (found === undefined) throw new RangeError(`there is no node ${id} in ${graph.name}`)
    return found
  }
  let all: ReadonlyMap<string, readonly string[]> | null = null
  const readers = (id: string): readonly string[] => {
    all ??= readersIn(graph, inputsOf)
    return all.get(id) ?? []
  }
  return {
    graph,
    node,
    readers,
    downstream: (id) => reach([id], readers),
    upstream: (...ids) => reach(ids, (at) => inputsOf(node(at))),
  }
}

function readersIn(
  graph: PipelineGraph,
  inputsOf: (node: Transformation) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>()
  for (const node of graph.nodes) {
    for (const input of inputsOf(node)) {
      const known = readers.get(input)
      if (known === undefined) readers.set(input, [node.id])
      else if (known.at(-1) !== node.id) known.push(node.id)
    }
  }
  return readers
}

function reach(starts: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set(starts)
  // A set may grow while it is iterated: what is added is visited too.
  for (const id of seen) for (const other of next(id)) seen.add(other)
  return seen
}
