import process from 'node:process'
import { JobNotFoundError } from '../../errors/job-server-errors.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { confirm } from '../confirm.ts'
import { jobColumns } from '../job-list/job-columns.ts'
import { takeJobs } from '../job-list/take-jobs.ts'
import { describeJobs } from '../job-reference/describe-job.ts'
import { colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note, ProgressLine } from '../terminal.ts'
import { Outcomes } from './outcomes.ts'

export interface CleanUpOptions {
  readonly status: readonly JobStatus[]
  /** Milliseconds since they ended. */
  readonly olderThan: number
  /** The newest so many stay. */
  readonly keep: number
  readonly dryRun: boolean
  readonly yes: boolean
}

/** Deletes jobs that are over, once the user has said so. */
export async function cleanUp(options: CleanUpOptions, connection: ServerConnection): Promise<void> {
  const { signal } = connection
  const jobs = await outdated(options, connection)
  if (options.dryRun) return show(jobs, connection)
  if (jobs.length === 0) return note('There is nothing to delete')
  const theirs = jobs.length === 1 ? 'its log and its checkpoints' : 'their logs and checkpoints'
  await confirm(`Delete ${describeJobs(jobs)}, with ${theirs}?`, { yes: options.yes, signal })
  await deleteAll(jobs, connection)
}

async function outdated(
  { status, olderThan, keep }: CleanUpOptions,
  connection: ServerConnection,
): Promise<readonly JobSummary[]> {
  const { jobs } = await takeJobs({ status, sort: '-ended' }, Infinity, connection)
  const before = realClock.now() - olderThan
  return jobs.slice(keep).filter(({ endedAt }) => endedAt !== null && Date.parse(endedAt) <= before)
}

async function show(jobs: readonly JobSummary[], { settings }: ServerConnection): Promise<void> {
  const format = settings.output.value
  const none = 'There is nothing to delete'
  if (format === 'table' || format === 'wide') {
    // Without numbers: it is no listing that other commands go by.
    const [, ...columns] = jobColumns({
      now: realClock.now(),
      isWide: format === 'wide',
      hasForeign: jobs.some(({ externalId }) => externalId !== null),
      colors: colorsOf(process.stdout),
    })
    const rows = jobs.map((job) => ({ number: 0, job }))
    await printListing(rows, { columns, name: ({ job }) => job.id, none }, format)
  } else await printListing(jobs, { columns: [], name: ({ id }) => id, none }, format)
  if (jobs.length > 0) note(`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} would be deleted`)
}

async function deleteAll(jobs: readonly JobSummary[], connection: ServerConnection): Promise<void> {
  const { client, signal } = connection
  // Never that of one: what it has deleted is told whatever goes wrong.
  const outcomes = new Outcomes(2, connection)
  const line = new ProgressLine()
  let deleted = 0
  try {
    for (const [index, { id }] of jobs.entries()) {
      if (process.stderr.isTTY) line.show(`Deleting ${index + 1} of ${jobs.length}`)
      await outcomes.attempt(async () => {
        try {
          await client.jobs.delete(id, { signal })
          deleted++
        } catch (error) {
          // Somebody else was faster.
          if (!(error instanceof JobNotFoundError)) throw error
        }
      })
    }
  } finally {
    line.clear()
    note(`Deleted ${deleted} ${deleted === 1 ? 'job' : 'jobs'}`)
  }
  outcomes.settle()
}
