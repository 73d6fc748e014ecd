import { MillraceError } from '../../errors/millrace-error.ts'
import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { describeJob } from '../job-reference/describe-job.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { Outcomes } from './outcomes.ts'

/** Continues stopped jobs, each from where it was. */
export async function continueJobs(
  references: readonly string[],
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  for (const job of await outcomes.find(references, connection)) {
    await outcomes.attempt(async () => {
      if (job.status !== 'stopped') throw notStopped(job)
      const { status, position } = await client.jobs.continue(job.id, { signal })
      const from = job.savepoint === null ? 'the beginning' : `${job.savepoint.kind} ${job.savepoint.id}`
      const place = position === null || position === 1 ? '' : `, ${position - 1} before it`
      note(`Continued ${describeJob(job)} from ${from}: it is ${status}${place}`)
    })
  }
  outcomes.settle()
}

const notStopped = (job: JobInfo): MillraceError =>
  new MillraceError(
    'ERR_ILLEGAL_TRANSITION',
    `${describeJob(job)} is ${job.status}, and only a stopped job can be continued.`,
    {
      remedy: isActive(job.status)
        ? 'it goes on by itself'
        : `\`millrace restart ${job.id}\` runs its program again, as a new job`,
    },
  )
