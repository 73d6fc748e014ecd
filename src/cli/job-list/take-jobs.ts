import type { JobListQuery } from '../../client/jobs-options.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { RefreshReport } from '../../protocol/provider-info.ts'
import type { ServerConnection } from '../server-connection.ts'

export interface TakenJobs {
  readonly jobs: readonly JobSummary[]
  /** How many there are in all. */
  readonly total: number
  /** Of providers that were asked first; undefined: none was. */
  readonly refresh: RefreshReport | undefined
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
  let refresh: RefreshReport | undefined
  for (;;) {
    const syncActive = cursor === undefined ? query.syncActive : undefined
    const limit = Math.max(1, Math.min(PAGE, most - jobs.length))
    const page = await client.jobs.list({ ...query, syncActive, limit, cursor }, { signal })
    const { items, next, total } = page
    jobs.push(...items)
    refresh ??= page.refresh
    if (next === null || jobs.length >= most) return { jobs, total: Math.max(total, jobs.length), refresh }
    cursor = next
  }
}
