import type { Transformation } from '../../graph/transformation.ts'
import { nodeOf, type Pass, type Plan, type PlanEdge, type PlanNode } from '../plan.ts'

/** Operators in one chain at most: generated code and its flush stay small, and start-up linear. */
const LONGEST = 48

/** Fuses operators into tasks. An edge remains only where the graph needs one. */
export const chain: Pass = {
  name: 'chain',
  run: (plan) => {
    const tasks: { nodes: string[]; parallelism: number }[] = []
    const taskOf = new Map<string, { nodes: string[]; parallelism: number }>()
    const fusable = fusion(plan)
    const withSides = new Set<string>()
    for (const { role, from } of plan.edges) if (role.type === 'side') withSides.add(from)
    for (const node of plan.nodes) {
      const { id } = node.transformation
      const upstream = fusable(node)
      const previous = upstream === null ? undefined : taskOf.get(upstream)
      const endsOthers = mayEndEarly(node.transformation) && previous?.nodes.some((at) => withSides.has(at))
      if (previous !== undefined && previous.nodes.length < LONGEST && endsOthers !== true) {
        previous.nodes.push(id)
        taskOf.set(id, previous)
      } else {
        const task = { nodes: [id], parallelism: node.parallelism }
        tasks.push(task)
        taskOf.set(id, task)
      }
    }
    return { ...plan, tasks: tasks.map((task, index) => ({ id: `t${index}`, ...task })) }
  },
}

/** Tells the node that a node can be fused behind, or null. */
function fusion(plan: Plan): (node: PlanNode) => string | null {
  const incoming = new Map<string, PlanEdge | 'several'>()
  const outgoing = new Map<string, PlanEdge | 'several'>()
  for (const edge of plan.edges) {
    incoming.set(edge.to, incoming.has(edge.to) ? 'several' : edge)
    // Side outputs and dead letters leave a chain anywhere.
    if (edge.role.type === 'side' || edge.role.type === 'deadLetter') continue
    outgoing.set(edge.from, outgoing.has(edge.from) ? 'several' : edge)
  }
  return (node) => {
    const edge = incoming.get(node.transformation.id)
    if (edge === undefined || edge === 'several' || edge.role.type !== 'data') return null
    const producer = nodeOf(plan, edge.from)
    const fits =
      outgoing.get(edge.from) !== 'several' &&
      !beginsChain(node.transformation) &&
      producer.loop === node.loop &&
      producer.parallelism === node.parallelism &&
      producer.place.in === node.place.in &&
      producer.place.pinned === node.place.pinned &&
      (edge.route === 'forward' || node.parallelism === 1)
    return fits ? edge.from : null
  }
}

/** What reads several inputs, or emits on a timer, is the first of its chain. */
function beginsChain(node: Transformation): boolean {
  switch (node.kind) {
    case 'source':
    case 'union':
    case 'concat':
    case 'comap':
    case 'join':
    case 'windowJoin':
    case 'intervalJoin':
    case 'ttlJoin':
    case 'temporalJoin':
    case 'future':
    case 'deadLetters':
    case 'sideOutput':
    case 'throttle':
    case 'timeout':
    case 'pipe':
    case 'timestamps':
      return true
    case 'batch':
      return node.interval !== undefined
    case 'sink':
      return node.batch?.interval !== undefined
    default:
      return false
  }
}

/** What ends its whole chain before the input does: side outputs that others read must not be in it. */
function mayEndEarly(node: Transformation): boolean {
  return node.kind === 'take' || (node.kind === 'sink' && node.sink === 'iterate')
}
