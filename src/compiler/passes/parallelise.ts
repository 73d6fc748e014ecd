import type { KeyByNode, Transformation } from '../../graph/transformation.ts'
import type { Route } from '../../runtime/flow-control/outputs.ts'
import { mapChanged } from '../../util/map-changed.ts'
import { nodeOf, type Pass, type Plan, type PlanEdge } from '../plan.ts'

/** Decides how many subtasks each node has, and how each edge deals records out to them. */
export const parallelise: Pass = {
  name: 'parallelise',
  run: (plan) => {
    const parallelism = new Map<string, number>()
    for (const { transformation: node } of plan.nodes) {
      const first = node.inputs[0] === undefined ? undefined : parallelism.get(node.inputs[0])
      parallelism.set(node.id, node.parallelism ?? ownParallelism(node, first, plan.defaultParallelism))
    }
    const of = (id: string): number => parallelism.get(id) as number
    return {
      ...plan,
      nodes: mapChanged(plan.nodes, (node) => {
        const own = of(node.transformation.id)
        return node.parallelism === own ? node : { ...node, parallelism: own }
      }),
      edges: mapChanged(plan.edges, (edge) => {
        const route = routeOf(plan, edge, of)
        return edge.route === route ? edge : { ...edge, route }
      }),
    }
  },
}

/** For nodes that say nothing themselves. */
function ownParallelism(node: Transformation, upstream: number | undefined, standard: number): number {
  switch (node.kind) {
    // They count, pace or order all records, or have one subscription, clock or reader.
    case 'take':
    case 'skip':
    case 'throttle':
    case 'timeout':
    case 'concat':
    case 'future':
    case 'deadLetters':
      return 1
    case 'reduce':
    case 'aggregate':
    case 'count':
    case 'window':
    case 'scan':
      return node.keyed ? standard : 1
    case 'source':
      return node.source.type === 'batch' || node.source.type === 'pull' ? standard : 1
    case 'sink':
      return node.sink === 'iterate' ? 1 : standard
    // Routing and side outputs happen where the records are.
    case 'keyBy':
    case 'broadcast':
    case 'rebalance':
    case 'sideOutput':
      return upstream ?? standard
    default:
      return standard
  }
}

function routeOf(plan: Plan, edge: PlanEdge, parallelism: (id: string) => number): Route {
  const even = parallelism(edge.from) === parallelism(edge.to) ? 'forward' : 'rebalance'
  if (edge.role.type !== 'data' && edge.role.type !== 'feedback') return even
  const { transformation: from } = nodeOf(plan, edge.from)
  switch (from.kind) {
    case 'keyBy':
      return even === 'forward' && areInPlace(plan, from, parallelism) ? 'forward' : 'hash'
    case 'broadcast':
      return 'broadcast'
    case 'rebalance':
      return 'rebalance'
    default:
      return even
  }
}

/** Whether an earlier `keyBy` has dealt the same records by the same key to as many subtasks, which have kept them. */
function areInPlace(plan: Plan, keyBy: KeyByNode, parallelism: (id: string) => number): boolean {
  const { id, sameAs, inputs } = keyBy
  if (sameAs === undefined) return false
  const { transformation: between } = nodeOf(plan, inputs[0] as string)
  return between.inputs[0] === sameAs && parallelism(between.id) === parallelism(id)
}
