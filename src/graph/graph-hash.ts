import { createHash } from 'node:crypto'
import type { PipelineGraph } from './pipeline-graph.ts'

/**
 * SHA-256 of what a pipeline does, in hexadecimal digits: the same wherever the same program records it. Where in the
 * program its nodes are is no part of it.
 */
export function graphHash(graph: PipelineGraph): string {
  return createHash('sha256').update(canonicalGraph(graph)).digest('hex')
}

/** JSON with sorted keys, without sites. */
export function canonicalGraph({ name, nodes, services }: PipelineGraph): string {
  return canonical({ name, nodes: nodes.map(withoutSite), services })
}

/** The site is not even asked for: telling it costs. */
export function withoutSite(node: object): Readonly<Record<string, unknown>> {
  const keys = Object.keys(node).filter((key) => key !== 'site')
  return Object.fromEntries(keys.map((key) => [key, (node as Record<string, unknown>)[key]]))
}

/** As `JSON.stringify` has it, with the keys of every object in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? sorted(part) : part,
  )
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
}
