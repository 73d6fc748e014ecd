import type { Transformation } from '../../graph/transformation.ts'
import { nodeOf, type Plan, type PlanEdge } from '../plan.ts'

/**
 * Whether the buffers of records that go over an edge to another thread are moved there: whoever has made them gives
 * them away, and nobody else gets them.
 */
export function isMoved(plan: Plan, edge: PlanEdge): boolean {
  if (edge.role.type !== 'data' || edge.route === 'broadcast') return false
  // Back to whoever has made the records, as long as each node has this one way out.
  for (let way: PlanEdge | undefined = edge; way !== undefined;) {
    const { from }: PlanEdge = way
    if (plan.edges.filter((other) => other.from === from).length > 1) return false
    const { transformation: node } = nodeOf(plan, from)
    if (node.transfer !== undefined) return node.transfer
    if (!passesOn(node)) return false
    way = plan.edges.find(({ to }) => to === from)
  }
  return false
}

/** Records leave it as they came. */
export function passesOn({ kind }: Transformation): boolean {
  return kind === 'keyBy' || kind === 'rebalance' || kind === 'filter' || kind === 'tap' || kind === 'take'
}
