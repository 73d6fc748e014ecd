import type { Plan } from '../../compiler/plan.ts'
import type { RegionSpec } from '../protocol/job-spec.ts'

/** By node and subtask: the number of its region, which is its place. */
export function regionPlaces(
  plan: Plan,
  regions: readonly RegionSpec[],
): (node: string, subtask: number) => number {
  const nodesOf = new Map(plan.tasks.map(({ id, nodes }) => [id, nodes]))
  const places = new Map<string, number>()
  for (const [number, { subtasks }] of regions.entries()) {
    for (const subtask of subtasks) {
      const [task, index] = subtask.split('/') as [string, string]
      for (const node of nodesOf.get(task)!) places.set(`${node}/${index}`, number)
    }
  }
  return (node, subtask) => places.get(`${node}/${subtask}`)!
}
