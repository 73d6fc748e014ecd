import type { Pass } from '../plan.ts'

/** Puts every subtask somewhere: in this process, for now. */
export const place: Pass = {
  name: 'place',
  run: (plan) => ({
    ...plan,
    subtasks: plan.tasks.flatMap(({ id, parallelism }) =>
      Array.from({ length: parallelism }, (_, index) => ({ task: id, index, placement: 'process' as const })),
    ),
  }),
}
