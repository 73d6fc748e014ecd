import type { JobListQuery } from '../../client/jobs-options.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { ServerConnection } from '../server-connection.ts'

export interface TakenJobs {
  readonly jobs: readonly JobSummary[]
  /** How many there are in all. */
  readonly total: number
}

/** The most that a page has. */
const PAGE = 200

/** The first of those that are asked for. @param most Infinity: all of them */
export async function takeJobs(
  query: Omit<JobListQuery, 'cursor' | 'limit'>,
  most: number,
  { client, signal }: Pick<ServerConnection, 'client' | 'signal'>,
): Promise<TakenJobs> {
  const jobs: JobSummary[] = []
  let cursor: string | undefined
  for (;;) {
    const limit = Math.max(1, Math.min(PAGE, most - jobs.length))
    const { items, next, total } = await client.jobs.list({ ...query, limit, cursor }, { signal })
    jobs.push(...items)
    if (next === null || jobs.length >= most) return { jobs, total: Math.max(total, jobs.length) }
    cursor = next
  }
}
