import process from 'node:process'
import type { JobInfo } from '../../protocol/job-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { findJob } from '../job-reference/find-job.ts'
import { colorsOf } from '../output/colors.ts'
import { printOne } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { columns } from '../terminal.ts'
import { type JobDetails, jobReport } from './job-report.ts'

/** The newest changes that are shown. */
const TRANSITIONS = 200

/** Prints all there is to say of a job. @param verbose also its history, and its failure to the last */
export async function showJob(
  reference: string,
  { verbose }: { readonly verbose: boolean },
  connection: ServerConnection,
): Promise<void> {
  const { settings } = connection
  const job = await findJob(reference, connection)
  const details = verbose ? await detailsOf(job, connection) : null
  await printOne(details === null ? job : { ...job, ...details }, settings.output.value, {
    name: ({ id }) => id,
    text: () =>
      jobReport(job, details, {
        now: realClock.now(),
        colors: colorsOf(process.stdout),
        columns: process.stdout.isTTY ? columns() : Infinity,
        isWide: settings.output.value === 'wide',
      }),
  })
}

async function detailsOf(
  { id, foreign }: JobInfo,
  { client, signal }: ServerConnection,
): Promise<JobDetails> {
  const [checkpoints, transitions] = await Promise.all([
    // Those of a job that runs elsewhere are not known here.
    foreign === null ? client.jobs.checkpoints(id, { signal }) : [],
    client.jobs.transitions(id, { limit: TRANSITIONS, signal }),
  ])
  return { checkpoints, transitions: transitions.items }
}
