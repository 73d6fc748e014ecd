import type { Transformation } from '../../graph/transformation.ts'
import type { Pass, Plan } from '../plan.ts'
import { checkTime } from './check-time.ts'

/** Finds where records have event times: behind `assignTimestamps`, up to what loses them, and refuses what cannot do without. */
export const time: Pass = {
  name: 'time',
  run: (plan) => {
    const found = withTime(plan, timedNodes(plan))
    checkTime(found)
    return found
  },
}

function withTime(plan: Plan, timed: ReadonlySet<string>): Plan {
  return {
    ...plan,
    nodes: plan.nodes.map((node) => ({ ...node, timed: timed.has(node.transformation.id) })),
    edges: plan.edges.map((edge) => ({ ...edge, timed: timed.has(edge.from) })),
  }
}

/** Nodes are in topological order but for the futures of loops, so it is done when a round finds nothing new. */
function timedNodes({ nodes, edges }: Plan): ReadonlySet<string> {
  const timed = new Set<string>()
  for (let before = -1; before !== timed.size;) {
    before = timed.size
    for (const { from, to } of edges) if (timed.has(from)) carry(timed, to, nodes)
    for (const { transformation } of nodes)
      if (transformation.kind === 'timestamps') timed.add(transformation.id)
  }
  return timed
}

function carry(timed: Set<string>, id: string, nodes: Plan['nodes']): void {
  const node = nodes.find(({ transformation }) => transformation.id === id)
  if (node !== undefined && keepsTime(node.transformation)) timed.add(id)
}

/** What an RxJS operator emits stands for no record in particular. */
function keepsTime({ kind }: Transformation): boolean {
  return kind !== 'pipe'
}
