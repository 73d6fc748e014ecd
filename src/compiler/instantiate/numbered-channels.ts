import { nodeOf, type Plan, type PlanEdge } from '../plan.ts'

/** One channel of a job: of an edge, from one subtask to another. */
export interface NumberedChannel {
  /** From 1; the same wherever the plan is the same. */
  readonly number: number
  readonly edge: PlanEdge
  readonly producer: number
  readonly consumer: number
}

/** Every channel of a job, in the order of their numbers. Within a chain there are none. */
export function* numberedChannels(plan: Plan): Generator<NumberedChannel> {
  const taskOf = new Map<string, string>()
  for (const { id, nodes } of plan.tasks) for (const node of nodes) taskOf.set(node, id)
  let number = 0
  for (const edge of plan.edges) {
    // Fused: no edge is left between the two. A side edge always crosses, even within a task.
    if (taskOf.get(edge.from) === taskOf.get(edge.to) && edge.role.type === 'data') continue
    const producers = nodeOf(plan, edge.from).parallelism
    const consumers = nodeOf(plan, edge.to).parallelism
    for (let producer = 0; producer < producers; producer++) {
      for (let consumer = 0; consumer < consumers; consumer++) {
        if (edge.route === 'forward' && producer !== consumer) continue
        yield { number: ++number, edge, producer, consumer }
      }
    }
  }
}
