import { nodeOf, type Pass, type Plan, type PlanSubtask, type PlanTask } from '../plan.ts'

/** Puts every subtask somewhere: into the process of the job, or one of its threads. */
export const place: Pass = {
  name: 'place',
  run: (plan) => {
    const deal = dealer(plan)
    const subtasks: PlanSubtask[] = []
    for (const task of plan.tasks) {
      for (let index = 0; index < task.parallelism; index++) subtasks.push(placed(plan, task, index, deal))
    }
    return { ...plan, subtasks }
  },
}

type Deal = (operators: number) => Pick<PlanSubtask, 'thread' | 'why'>

function placed(plan: Plan, { id: task, nodes }: PlanTask, index: number, deal: Deal): PlanSubtask {
  const { place: at } = nodeOf(plan, nodes[0]!)
  if (at.in === 'process') return { task, index, thread: null, why: at.why }
  if (at.pinned !== null) return { task, index, thread: at.pinned, why: 'named by the program' }
  return { task, index, ...deal(nodes.length) }
}

/** Which thread is next, for a subtask of so many operators. */
function dealer({ threads: { count, schedule } }: Plan): Deal {
  const operators = Array.from({ length: count }, () => 0)
  let turn = 0
  if (schedule === 'round-robin') return () => ({ thread: turn++ % count, why: 'its turn' })
  return (own) => {
    const least = Math.min(...operators)
    const thread = operators.indexOf(least)
    operators[thread] = least + own
    return { thread, why: `least loaded, with ${least} operators` }
  }
}
