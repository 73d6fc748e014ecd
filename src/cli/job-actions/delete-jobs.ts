import { JobActiveError } from '../../errors/job-server-errors.ts'
import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { confirm } from '../confirm.ts'
import { describeJob, describeJobs } from '../job-reference/describe-job.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { Outcomes } from './outcomes.ts'

export interface DeleteOptions {
  readonly yes: boolean
  /** Also those that still do something. */
  readonly force: boolean
}

/** Deletes jobs, once the user has said so. */
export async function deleteJobs(
  references: readonly string[],
  { yes, force }: DeleteOptions,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const jobs: JobInfo[] = []
  for (const job of await outcomes.find(references, connection)) {
    const wanted = await outcomes.attempt(async () => {
      if (!force && isActive(job.status)) throw stillActive(job)
      return job
    })
    if (wanted !== undefined) jobs.push(wanted)
  }
  if (jobs.length > 0) {
    const theirs = jobs.length === 1 ? 'its log and its checkpoints' : 'their logs and checkpoints'
    await confirm(`Delete ${describeJobs(jobs)}, with ${theirs}?`, { yes: yes || force, signal })
  }
  for (const job of jobs) {
    await outcomes.attempt(async () => {
      await client.jobs.delete(job.id, { force, signal })
      note(`Deleted ${describeJob(job)}${isActive(job.status) ? `, which was ${job.status}` : ''}`)
    })
  }
  outcomes.settle()
}

const stillActive = (job: JobInfo): JobActiveError =>
  new JobActiveError(`${describeJob(job)} is ${job.status}.`, {
    remedy: 'stop or cancel it first, or give --force, which cancels it',
  })
