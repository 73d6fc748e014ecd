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
export function checkEndings({ graph, upstream }: GraphIndex): readonly GraphWarning[] {
  const sinks = graph.nodes.filter(({ kind }) => kind === 'sink')
  const lead = upstream(...sinks.map(({ id }) => id))
  for (const source of graph.nodes) {
    if (source.kind !== 'source' || lead.has(source.id)) continue
    throw invalidGraph(
      source,
      `no branch of source "${source.name}" ends in a sink`,
      'end it with sink, print, collect or toAsyncIterable',
    )
  }
  // What leads to a sink is read.
  if (lead.size === graph.nodes.length) return []
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs))
  const ends = graph.nodes.filter(({ id, kind }) => kind !== 'sink' && !read.has(id))
  return ends.map(({ id, name, kind, site }) => ({
    nodeId: id,
    message: `nothing reads "${name}" (${site === undefined ? kind : `${site.file}:${site.line}`}): what it emits is dropped`,
  }))
}
