import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { confirm } from '../confirm.ts'
import { describeJob, describeJobs } from '../job-reference/describe-job.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { describeEnd } from './describe-end.ts'
import { Outcomes } from './outcomes.ts'
import { waitForEnds } from './wait-for-ends.ts'

export interface StopOptions {
  /** Undefined: where the job keeps checkpoints. */
  readonly savepoint?: boolean | undefined
  readonly wait: boolean
}

/** Stops jobs, and tells of each how it has ended. One that does not end as stopped or completed is a failure. */
export async function stopJobs(
  references: readonly string[],
  { savepoint, wait }: StopOptions,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const jobs = activeOf(await outcomes.find(references, connection))
  const told = await tell(jobs, outcomes, ({ id }) => client.jobs.stop(id, { savepoint, signal }))
  await ends(told, wait, 'Stopping', connection, outcomes, ['stopped', 'completed'])
  outcomes.settle()
}

export interface CancelOptions {
  readonly yes: boolean
  readonly wait: boolean
}

/** Cancels jobs, once the user has said so. */
export async function cancelJobs(
  references: readonly string[],
  { yes, wait }: CancelOptions,
  connection: ServerConnection,
): Promise<void> {
  const { client, signal } = connection
  const outcomes = new Outcomes(references.length, connection)
  const jobs = activeOf(await outcomes.find(references, connection))
  if (jobs.length > 0) {
    await confirm(`Cancel ${describeJobs(jobs)}? What is in flight is lost.`, { yes, signal })
    const told = await tell(jobs, outcomes, ({ id }) => client.jobs.cancel(id, { signal }))
    await ends(told, wait, 'Cancelling', connection, outcomes, ['cancelled'])
  }
  outcomes.settle()
}

/** Those that still do something; of the others it says what they are. */
function activeOf(jobs: readonly JobInfo[]): readonly JobInfo[] {
  for (const job of jobs) {
    if (!isActive(job.status)) note(`${describeJob(job)} is over already: it is ${job.status}`)
  }
  return jobs.filter(({ status }) => isActive(status))
}

/** All of them, before any is waited for. */
async function tell(
  jobs: readonly JobInfo[],
  outcomes: Outcomes,
  order: (job: JobInfo) => Promise<JobInfo>,
): Promise<readonly JobInfo[]> {
  const told: JobInfo[] = []
  for (const job of jobs) {
    const now = await outcomes.attempt(() => order(job))
    if (now !== undefined) told.push(now)
  }
  return told
}

async function ends(
  jobs: readonly JobInfo[],
  wait: boolean,
  doing: string,
  connection: ServerConnection,
  outcomes: Outcomes,
  wanted: readonly JobInfo['status'][],
): Promise<void> {
  if (!wait) {
    for (const job of jobs) note(isActive(job.status) ? `${doing} ${describeJob(job)}` : describeEnd(job))
    return
  }
  await waitForEnds(jobs, doing, connection, outcomes, (job) => {
    note(describeEnd(job))
    if (!wanted.includes(job.status)) outcomes.failed()
  })
}
