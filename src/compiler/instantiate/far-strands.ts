import { nodeOf, type Plan } from '../plan.ts'
import { cutAtPools } from './cut-at-pools.ts'

/** A strand of a subtask, known by the plan alone: the same wherever it is asked for. */
export interface PlannedStrand {
  /** `t1/0/0`: task, subtask, and which of its strands. */
  readonly id: string
  readonly subtask: number
  /** Nodes whose last word is its end. */
  readonly nodes: readonly string[]
  /** All nodes of the subtask, and their names. */
  readonly task: readonly string[]
  readonly operators: readonly string[]
}

/** The strands in one thread, in the order in which they are built there. */
export function strandsIn(plan: Plan, thread: number): readonly PlannedStrand[] {
  return plan.subtasks
    .filter((subtask) => subtask.thread === thread)
    .flatMap(({ task, index }) => {
      const { nodes } = plan.tasks.find(({ id }) => id === task)!
      const operators = nodes.map((id) => nodeOf(plan, id).transformation)
      return cutAtPools(operators).map((own, strand) => ({
        id: `${task}/${index}/${strand}`,
        subtask: index,
        nodes: own,
        task: nodes,
        operators: operators.map(({ name }) => name),
      }))
    })
}

/** The threads that have something to do, in order. */
export function threadsOf({ subtasks }: Plan): readonly number[] {
  const threads = new Set(subtasks.flatMap(({ thread }) => thread ?? []))
  return [...threads].sort((a, b) => a - b)
}

/** By node and subtask: in which thread it is; null: in the process of the job. */
export function placesOf({ subtasks, tasks }: Plan): (node: string, subtask: number) => number | null {
  const nodesOf = new Map(tasks.map(({ id, nodes }) => [id, nodes]))
  const places = new Map<string, number | null>()
  for (const { task, index, thread } of subtasks) {
    for (const node of nodesOf.get(task)!) places.set(`${node}/${index}`, thread)
  }
  return (node, subtask) => places.get(`${node}/${subtask}`) ?? null
}
