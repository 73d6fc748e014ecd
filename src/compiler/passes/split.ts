import { invalidGraph } from '../../graph/invalid-graph.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { mapChanged } from '../../util/map-changed.ts'
import type { NodePlace, Pass, Plan, PlanNode } from '../plan.ts'

/** Decides which nodes go to worker threads: those that are told to, or all that can where the environment says so. */
export const split: Pass = {
  name: 'split',
  run: (plan) => {
    const places = new Map<string, NodePlace>()
    for (const node of plan.nodes) places.set(node.transformation.id, placeOf(plan, node, places))
    return {
      ...plan,
      nodes: mapChanged(plan.nodes, (node) => {
        const place = places.get(node.transformation.id)!
        return place === inProcess ? node : { ...node, place }
      }),
    }
  },
}

const inProcess: NodePlace = { in: 'process', pinned: null, why: null }

function placeOf(plan: Plan, node: PlanNode, before: ReadonlyMap<string, NodePlace>): NodePlace {
  const { placement: wanted, inputs, kind } = node.transformation
  const { placement: standard, count } = plan.threads
  if (wanted === 'process' || (wanted === undefined && standard === 'process' && !follows(kind))) {
    return wanted === undefined || standard === 'process' ? inProcess : { ...inProcess, why: 'told to' }
  }
  const why = whyNot(node)
  if (why !== null) {
    if (wanted === undefined) return standard === 'process' ? inProcess : { ...inProcess, why }
    throw invalidGraph(
      node.transformation,
      `it cannot be in a thread, as ${why}`,
      "leave placement out there, or give it 'process'",
    )
  }
  if (typeof wanted === 'object') {
    if (wanted.thread >= count) {
      throw invalidGraph(
        node.transformation,
        `it is to be in thread ${wanted.thread}, and there are ${count}, from 0`,
        'name one that there is, or raise threads: { count }',
      )
    }
    return { in: 'thread', pinned: wanted.thread, why: null }
  }
  if (wanted === undefined && follows(kind)) {
    const first = before.get(inputs[0] ?? '')
    if (first !== undefined) return first
  }
  return { in: 'thread', pinned: null, why: null }
}

/** Routing and side outputs happen where the records are. */
function follows(kind: Transformation['kind']): boolean {
  return kind === 'keyBy' || kind === 'broadcast' || kind === 'rebalance' || kind === 'sideOutput'
}

/** Why a node has to be in the process of the job, in words; null: it need not. */
function whyNot({ transformation: node, service, loop }: PlanNode): string | null {
  if (service !== null) return `it is part of the pipeline behind service '${service}'`
  if (loop !== null) return 'it is part of a feedback loop'
  if (node.kind === 'deadLetters') return 'it has the dead letters of all'
  if (node.kind === 'source' && node.source.type !== 'pull' && node.source.type !== 'interval') {
    return 'it reads what the program has in hand'
  }
  if (node.kind === 'sink' && node.sink !== 'user') return 'it gives records to the program'
  return null
}
