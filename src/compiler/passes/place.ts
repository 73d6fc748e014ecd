import type { Pass, PlanSubtask } from '../plan.ts'

/** Puts every subtask somewhere: in this process, for now. */
export const place: Pass = {
  name: 'place',
  run: (plan) => {
    const subtasks: PlanSubtask[] = []
    for (const { id, parallelism } of plan.tasks) {
      for (let index = 0; index < parallelism; index++) {
        subtasks.push({ task: id, index, placement: 'process' })
      }
    }
    return { ...plan, subtasks }
  },
}
