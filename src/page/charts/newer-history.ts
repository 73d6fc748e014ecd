import type { JobHistory } from '../../protocol/job-history.ts'

/**
 * What is known, with an answer to what came since its last point, which may have grown. Null: points were merged
 * meanwhile, and all have to be asked for.
 */
export function newerHistory(known: JobHistory, answer: JobHistory): JobHistory | null {
  const last = known.points.at(-1)
  if (answer.interval !== known.interval || (last !== undefined && answer.points.length === 0)) return null
  return { ...answer, points: [...known.points.slice(0, -1), ...answer.points] }
}
