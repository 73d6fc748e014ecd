import { nodeOf, type Plan, type PlanEdge } from '../plan.ts'
import { passesOn } from './is-moved.ts'

/** Whether what goes over an edge is dead letters: to whoever collects them, and on by way of what passes records on. */
export function carriesLetters(plan: Plan, edge: PlanEdge): boolean {
  for (let way: PlanEdge | undefined = edge; way !== undefined;) {
    if (way.role.type === 'deadLetter') return true
    if (way.role.type !== 'data') return false
    const { from }: PlanEdge = way
    const { transformation: node } = nodeOf(plan, from)
    if (node.kind === 'deadLetters') return true
    if (!passesOn(node)) return false
    way = plan.edges.find(({ to }) => to === from)
  }
  return false
}
