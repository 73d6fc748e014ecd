import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import type { ObservedJob } from '../job-provider.ts'
import type { StatusTable } from '../status-tables.ts'

/** A job of a job server as its list shows it. Its revision is what tells which of two answers is newer. */
export function observedSummary(job: JobSummary, statuses: StatusTable): ObservedJob {
  return {
    externalId: job.id,
    name: job.name,
    status: statuses.statusOf(job.status),
    externalStatus: job.status,
    version: job.revision,
    submittedAt: job.submittedAt,
    ...(job.startedAt === null ? {} : { startedAt: job.startedAt }),
    ...(job.endedAt === null ? {} : { endedAt: job.endedAt }),
    restarts: job.restarts,
  }
}

/** The same with its error, without the books and the records in it. */
export function observedJob(job: JobInfo, statuses: StatusTable): ObservedJob {
  const observed = observedSummary(job, statuses)
  if (job.error === null) return observed
  const { result: _result, deadLetters: _letters, stack: _stack, cause: _cause, ...error } = job.error
  return { ...observed, error }
}
