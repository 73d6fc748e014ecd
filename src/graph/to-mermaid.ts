import type { PipelineGraph } from './pipeline-graph.ts'
import type { Transformation } from './transformation.ts'

/**
 * The graph as a Mermaid flowchart: sources are stadiums, sinks cylinders, futures circles, operators boxes, and those
 * that keep state or combine streams hexagons. Edges say how records are routed.
 */
export function toMermaid(graph: PipelineGraph): string {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const lines = graph.nodes.map((node) => `  ${node.id}${shape(node)}`)
  for (const node of graph.nodes) {
    for (const input of node.inputs) lines.push(`  ${edge(nodes.get(input), input, node)}`)
  }
  return ['flowchart LR', ...lines, ''].join('\n')
}

function shape(node: Transformation): string {
  const label = `"${escape(node.name)}${node.parallelism === undefined ? '' : ` ×${node.parallelism}`}"`
  switch (node.kind) {
    case 'source':
    case 'deadLetters':
      return `([${label}])`
    case 'sink':
      return `[(${label})]`
    case 'future':
      return `((${label}))`
    case 'reduce':
    case 'aggregate':
    case 'count':
    case 'window':
    case 'scan':
    case 'dedupe':
    case 'process':
    case 'union':
    case 'concat':
    case 'comap':
    case 'join':
    case 'windowJoin':
    case 'intervalJoin':
    case 'ttlJoin':
    case 'temporalJoin':
      return `{{${label}}}`
    default:
      return `[${label}]`
  }
}

function edge(from: Transformation | undefined, input: string, to: Transformation): string {
  if (to.kind === 'future') return `${input} -. feedback .-> ${to.id}`
  if (to.kind === 'sideOutput') return `${input} -- "${escape(to.tag)}" --> ${to.id}`
  switch (from?.kind) {
    case 'keyBy':
      return `${input} -- hash --> ${to.id}`
    case 'broadcast':
    case 'rebalance':
      return `${input} -- ${from.kind} --> ${to.id}`
    default:
      return `${input} --> ${to.id}`
  }
}

/** Mermaid reads entities inside quotes; a name may hold anything. */
function escape(text: string): string {
  return text.replace(/[^\p{L}\p{N} ._\-/:,()×]/gu, (character) => `#${character.codePointAt(0)};`)
}
