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
  /** The node and all that its records can come from. */
  readonly upstream: (id: string) => ReadonlySet<string>
}

/** `inputsOf` says what a node reads; default its `inputs`. */
export function indexGraph(
  graph: PipelineGraph,
  inputsOf: (node: Transformation) => readonly string[] = (node) => node.inputs,
): GraphIndex {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const readers = new Map<string, Set<string>>(graph.nodes.map(({ id }) => [id, new Set()]))
  for (const node of graph.nodes) for (const input of inputsOf(node)) readers.get(input)?.add(node.id)

  const node = (id: string): Transformation => {
    const found = nodes.get(id)
    if (found === undefined) throw new RangeError(`there is no node ${id} in ${graph.name}`)
    return found
  }
  const readersOf = (id: string): readonly string[] => [...(readers.get(id) ?? [])]
  return {
    graph,
    node,
    readers: readersOf,
    downstream: (id) => reach(id, readersOf),
    upstream: (id) => reach(id, (at) => inputsOf(node(at))),
  }
}

function reach(start: string, next: (id: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set([start])
  // A set may grow while it is iterated: what is added is visited too.
  for (const id of seen) for (const other of next(id)) seen.add(other)
  return seen
}
