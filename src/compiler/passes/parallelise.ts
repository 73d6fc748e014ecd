import { produce } from 'immer'
import { match, P } from 'ts-pattern'
import type { Transformation } from '../../graph/transformation.ts'
import type { Route } from '../../runtime/flow-control/outputs.ts'
import type { Pass, PlanEdge } from '../plan.ts'

/** Decides how many subtasks each node has, and how each edge deals records out to them. */
export const parallelise: Pass = {
  name: 'parallelise',
  run: (plan) => {
    const parallelism = new Map<string, number>()
    for (const { transformation: node } of plan.nodes) {
      const first = node.inputs[0] === undefined ? undefined : parallelism.get(node.inputs[0])
      parallelism.set(node.id, node.parallelism ?? ownParallelism(node, first, plan.defaultParallelism))
    }
    const byId = new Map(plan.nodes.map(({ transformation }) => [transformation.id, transformation]))
    return produce(plan, (draft) => {
      for (const node of draft.nodes) node.parallelism = parallelism.get(node.transformation.id) as number
      for (const edge of draft.edges) edge.route = routeOf(edge, byId, parallelism)
    })
  },
}

function ownParallelism(node: Transformation, upstream: number | undefined, standard: number): number {
  return (
    match(node)
      .with(
        { kind: P.union('take', 'skip', 'throttle', 'timeout', 'concat', 'future', 'deadLetters') },
        () => 1,
      )
      .with({ kind: P.union('reduce', 'aggregate', 'count', 'scan'), keyed: false }, () => 1)
      .with(
        { kind: 'source', source: { type: P.union('observable', 'readable', 'interval', 'requests') } },
        () => 1,
      )
      .with({ kind: 'sink', sink: 'iterate' }, () => 1)
      // Routing and side outputs happen where the records are.
      .with({ kind: P.union('keyBy', 'broadcast', 'rebalance', 'sideOutput') }, () => upstream ?? standard)
      .otherwise(() => standard)
  )
}

function routeOf(
  edge: PlanEdge,
  nodes: ReadonlyMap<string, Transformation>,
  parallelism: ReadonlyMap<string, number>,
): Route {
  if (edge.role.type === 'data' || edge.role.type === 'feedback') {
    switch (nodes.get(edge.from)?.kind) {
      case 'keyBy':
        return 'hash'
      case 'broadcast':
        return 'broadcast'
      case 'rebalance':
        return 'rebalance'
    }
  }
  return parallelism.get(edge.from) === parallelism.get(edge.to) ? 'forward' : 'rebalance'
}
