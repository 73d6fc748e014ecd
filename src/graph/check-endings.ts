import type { GraphIndex } from './graph-index.ts'
import { invalidGraph } from './invalid-graph.ts'

/** Something in a graph that works, but hardly as meant. */
export interface GraphWarning {
  readonly message: string
  readonly nodeId: string
}

/**
 * Warns of branches that end in no sink.
 * @throws InvalidGraphError when no branch of a source ends in one.
 */
export function checkEndings({ graph, node, readers, downstream }: GraphIndex): readonly GraphWarning[] {
  for (const source of graph.nodes) {
    if (source.kind !== 'source' || reaches(downstream(source.id), (id) => node(id).kind === 'sink')) continue
    throw invalidGraph(
      source,
      `no branch of source "${source.name}" ends in a sink`,
      'end it with sink, print, collect or toAsyncIterable',
    )
  }
  const ends = graph.nodes.filter(({ id, kind }) => kind !== 'sink' && readers(id).length === 0)
  return ends.map(({ id, name, kind, site }) => ({
    nodeId: id,
    message: `nothing reads "${name}" (${site === undefined ? kind : `${site.file}:${site.line}`}): what it emits is dropped`,
  }))
}

function reaches(ids: ReadonlySet<string>, isWanted: (id: string) => boolean): boolean {
  for (const id of ids) if (isWanted(id)) return true
  return false
}
