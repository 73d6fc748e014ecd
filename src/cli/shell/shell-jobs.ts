import { JobsApi } from '../../client/jobs-api.ts'
import type { JobListQuery } from '../../client/jobs-options.ts'
import type { JobSummary } from '../../protocol/job-info.ts'

/** The calls of a client's `jobs`; called itself, the jobs there are, the newest first, at most 1 000. */
export type ShellJobs = ((query?: JobListQuery) => Promise<readonly JobSummary[]>) & JobsApi

const MOST_JOBS = 1_000

export function shellJobs(api: JobsApi): ShellJobs {
  const jobs = async (query: JobListQuery = {}): Promise<readonly JobSummary[]> => {
    const found: JobSummary[] = []
    for await (const job of api.listAll(query)) {
      if (found.push(job) === MOST_JOBS) break
    }
    return found
  }
  const calls = Object.entries(Object.getOwnPropertyDescriptors(JobsApi.prototype))
  for (const [name, { value }] of calls) {
    if (name === 'constructor' || typeof value !== 'function') continue
    Object.defineProperty(jobs, name, { value: (value as () => unknown).bind(api), enumerable: true })
  }
  return jobs as ShellJobs
}
