import { RayError } from '../../errors/ray-errors.ts'
import type { RayConnection } from '../jobs-api/ray-connection.ts'
import { RayJobs } from '../jobs-api/ray-jobs.ts'
import { endJob } from './end-job.ts'
import { OWNER } from './job-request.ts'

/** Ends all workers that Ray runs, or those of a group. @throws RayError when one of them goes on. */
export async function stopWorkers(connection: RayConnection, group?: string): Promise<number> {
  const jobs = new RayJobs(connection)
  await jobs.version()
  const ids = (await jobs.jobs()).flatMap(({ submission_id: id, metadata }) => {
    const owner = metadata?.[OWNER]
    return id === null || owner === undefined || (group !== undefined && owner !== group) ? [] : [id]
  })
  const problems = await Promise.all(ids.map((id) => endJob(jobs, id, connection.clock)))
  const left = problems.filter((problem) => problem !== null)
  if (left.length === 0) return ids.length
  throw new RayError(left.join('\n'), { remedy: 'Try again later, or end them by hand: ray job stop.' })
}
