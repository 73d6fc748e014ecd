import { invalidGraph } from '../../graph/invalid-graph.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { windowNeedsEventTime } from '../../graph/window-needs-event-time.ts'
import { nodeOf, type Plan } from '../plan.ts'

/** @throws InvalidGraphError when an operator that goes by event time reads records that have none. */
export function checkTime(plan: Plan): void {
  for (const { transformation: node } of plan.nodes) {
    if (!goesByEventTime(node)) continue
    const edge = plan.edges.find(({ to, timed }) => to === node.id && !timed)
    if (edge === undefined) continue
    const { name } = nodeOf(plan, edge.from).transformation
    throw invalidGraph(
      node,
      `"${node.name}" goes by event time, and what it reads from "${name}" has none`,
      `call assignTimestamps(select, watermarks) on every stream that leads to it${otherwise(node)}`,
    )
  }
}

function goesByEventTime(node: Transformation): boolean {
  switch (node.kind) {
    case 'windowJoin':
    case 'intervalJoin':
      return true
    case 'window':
      return windowNeedsEventTime(node)
    case 'ttlJoin':
    case 'temporalJoin':
      return node.time === 'event'
    default:
      return false
  }
}

function otherwise(node: Transformation): string {
  return 'time' in node ? ", or pass time: 'processing' where the clock will do" : ''
}
