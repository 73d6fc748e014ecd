import process from 'node:process'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobSort } from '../../protocol/job-sort.ts'
import { realClock } from '../../time/real-clock.ts'
import { rememberListing } from '../job-reference/last-listing.ts'
import { colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'
import { jobColumns } from './job-columns.ts'
import { takeJobs } from './take-jobs.ts'

export interface ListOptions {
  readonly status: readonly JobStatus[] | undefined
  readonly name: string | undefined
  readonly sort: JobSort
  /** Infinity: all of them. */
  readonly limit: number
}

/** Prints jobs, and remembers their numbers. */
export async function listJobs(
  { status, name, sort, limit }: ListOptions,
  connection: ServerConnection,
): Promise<void> {
  const { settings } = connection
  const { jobs, total } = await takeJobs({ status, name, sort }, limit, connection)
  rememberListing(settings.url.value, jobs)
  const format = settings.output.value
  const isTable = format === 'table' || format === 'wide'
  const isFiltered = status !== undefined || name !== undefined
  if (isTable) {
    const columns = jobColumns(realClock.now(), format === 'wide', colorsOf(process.stdout))
    const rows = jobs.map((job, i) => ({ number: i + 1, job }))
    await printListing(
      rows,
      { columns, name: ({ job }) => job.id, none: isFiltered ? noneOfThose : noneYet },
      format,
    )
  } else await printListing(jobs, { columns: [], name: ({ id }) => id, none: '' }, format)
  const hidden = total - jobs.length
  if (hidden > 0) note(`and ${hidden} more, of ${total}: --all shows them all, --limit so many`)
}

const noneOfThose = 'There are no such jobs'
const noneYet = 'There are no jobs yet: `millrace submit` makes one'
