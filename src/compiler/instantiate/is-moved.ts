import type { Transformation } from '../../graph/transformation.ts'
import { nodeOf, type Plan, type PlanEdge } from '../plan.ts'

/**
 * Whether the buffers of records that go over an edge to another thread are moved there: whoever has made them gives
 * them away, and nobody else gets them.
 */
export function isMoved(plan: Plan, edge: PlanEdge): boolean {
  if (edge.role.type !== 'data' || edge.route === 'broadcast') return false
  for (let { transformation: node } = nodeOf(plan, edge.from); ;) {
    if (plan.edges.some((other) => other !== edge && other.from === node.id && !isBetween(other, edge))) {
      return false
    }
    if (node.transfer !== undefined) return node.transfer
    const [input, ...others] = node.inputs
    if (!passesOn(node) || input === undefined || others.length > 0) return false
    node = nodeOf(plan, input).transformation
  }
  function isBetween(other: PlanEdge, { from }: PlanEdge): boolean {
    return other.role.type === 'data' && leadsTo(plan, other.to, from)
  }
}

/** Records leave it as they came. */
function passesOn({ kind }: Transformation): boolean {
  return kind === 'keyBy' || kind === 'rebalance' || kind === 'filter' || kind === 'tap' || kind === 'take'
}

function leadsTo(plan: Plan, from: string, to: string): boolean {
  for (let id: string | undefined = to; id !== undefined; id = nodeOf(plan, id).transformation.inputs[0]) {
    if (id === from) return true
  }
  return false
}
