import { connectDeadLetters } from '../../graph/dead-letter-inputs.ts'
import { findLoops } from '../../graph/find-loops.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { mapChanged } from '../../util/map-changed.ts'
import { type EdgeRole, graphOf, type Pass, type PlanEdge } from '../plan.ts'

/** Makes every edge explicit: data, side outputs, dead letters, feedback; and finds the feedback loops. */
export const connect: Pass = {
  name: 'connect',
  run: (plan) => {
    // Loops may lead through the dead letters: a record that failed is sent round again.
    const graph = connectDeadLetters(graphOf(plan))
    const loops = findLoops(graph)
    const loopOf = new Map(loops.flatMap((members, loop) => members.map((id) => [id, loop] as const)))
    const edges: PlanEdge[] = []
    for (const node of graph.nodes) {
      const role = roleOf(node)
      node.inputs.forEach((from, input) => {
        const goesRound =
          node.kind === 'future' && loopOf.has(from) && loopOf.get(from) === loopOf.get(node.id)
        edges.push(edge(from, node, input, goesRound ? { type: 'feedback' } : role))
      })
    }
    const nodes = mapChanged(plan.nodes, (node) => {
      const loop = loopOf.get(node.transformation.id)
      return loop === undefined ? node : { ...node, loop }
    })
    return { ...plan, nodes, edges, loops }
  },
}

function roleOf(node: Transformation): EdgeRole {
  if (node.kind === 'deadLetters') return { type: 'deadLetter' }
  return node.kind === 'sideOutput' ? { type: 'side', tag: node.tag } : data
}

const data: EdgeRole = Object.freeze({ type: 'data' })

function edge(from: string, to: Transformation, input: number, role: EdgeRole): PlanEdge {
  return {
    id: `${from}>${to.id}#${input}`,
    from,
    to: to.id,
    input,
    role,
    route: 'forward',
    keyed: to.keyed || (to.kind === 'keyBy' && to.sameAs !== undefined),
    timed: false,
  }
}
