import type { JobInfo } from '../../protocol/job-info.ts'
import { describeJob } from '../job-reference/describe-job.ts'
import { oneLine } from '../output/text-width.ts'

/** `Stopped 7f3c2a1b "word count" behind savepoint 4`, and the like of every other way to be over. */
export function describeEnd(job: JobInfo): string {
  const said = describeJob(job)
  switch (job.status) {
    case 'stopped':
      return job.savepoint === null
        ? `Stopped ${said}, which begins again when it is continued`
        : `Stopped ${said} behind ${job.savepoint.kind} ${job.savepoint.id}`
    case 'completed':
      return `${said} has completed`
    case 'cancelled':
      return `Cancelled ${said}`
    case 'failed':
      return `${said} has failed${job.error === null ? '' : `: ${oneLine(job.error.message.split('\n')[0]!)}`}`
    default:
      return `${said} is ${job.status}`
  }
}
