import type { Transformation } from '../../graph/transformation.ts'
import { mapChanged } from '../../util/map-changed.ts'
import { nodeOf, type Pass, type Plan } from '../plan.ts'
import { checkTime } from './check-time.ts'

/** Finds where records have event times: behind `assignTimestamps`, up to what loses them, and refuses what cannot do without. */
export const time: Pass = {
  name: 'time',
  run: (plan) => {
    const timed = timedNodes(plan)
    const found = timed.size === 0 ? plan : withTime(plan, timed)
    checkTime(found)
    return found
  },
}

function withTime(plan: Plan, timed: ReadonlySet<string>): Plan {
  return {
    ...plan,
    nodes: mapChanged(plan.nodes, (node) =>
      timed.has(node.transformation.id) ? { ...node, timed: true } : node,
    ),
    edges: mapChanged(plan.edges, (edge) => (timed.has(edge.from) ? { ...edge, timed: true } : edge)),
  }
}

/** Nodes are in topological order but for the futures of loops, so it is done when a round finds nothing new. */
function timedNodes(plan: Plan): ReadonlySet<string> {
  const timed = new Set<string>()
  for (const { transformation } of plan.nodes)
    if (transformation.kind === 'timestamps') timed.add(transformation.id)
  for (let before = 0; before !== timed.size;) {
    before = timed.size
    for (const { from, to } of plan.edges)
      if (timed.has(from) && keepsTime(nodeOf(plan, to).transformation)) timed.add(to)
  }
  return timed
}

/** What an RxJS operator emits stands for no record in particular. */
function keepsTime({ kind }: Transformation): boolean {
  return kind !== 'pipe'
}
