import process from 'node:process'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobSort } from '../../protocol/job-sort.ts'
import type { RefreshReport } from '../../protocol/provider-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { rememberListing } from '../job-reference/last-listing.ts'
import { colorsOf } from '../output/colors.ts'
import { printListing } from '../output/listing.ts'
import type { ServerConnection } from '../server-connection.ts'
import { oneLine } from '../output/text-width.ts'
import { note } from '../terminal.ts'
import { jobColumns } from './job-columns.ts'
import { takeJobs } from './take-jobs.ts'

export interface ListOptions {
  readonly status: readonly JobStatus[] | undefined
  readonly name: string | undefined
  /** Names of providers, and `local`. */
  readonly provider: readonly string[] | undefined
  /** Whether active jobs are asked for first, where they run. */
  readonly syncActive: boolean | undefined
  readonly sort: JobSort
  /** Infinity: all of them. */
  readonly limit: number
}

/** Prints jobs, and remembers their numbers. */
export async function listJobs(
  { limit, ...query }: ListOptions,
  connection: ServerConnection,
): Promise<void> {
  const { settings } = connection
  const { jobs, total, refresh } = await takeJobs(query, limit, connection)
  if (refresh !== undefined) tellNotRefreshed(refresh)
  rememberListing(settings.url.value, jobs)
  const format = settings.output.value
  const isTable = format === 'table' || format === 'wide'
  const isFiltered = query.status !== undefined || query.name !== undefined || query.provider !== undefined
  if (isTable) {
    const columns = jobColumns({
      now: realClock.now(),
      isWide: format === 'wide',
      hasForeign: jobs.some(({ externalId }) => externalId !== null),
      colors: colorsOf(process.stdout),
    })
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

/** Once for each provider: it is the same for most of its jobs. */
function tellNotRefreshed({ notRefreshed, notRefreshedTotal }: RefreshReport): void {
  if (notRefreshedTotal === 0) return
  const reasons = new Map(notRefreshed.map(({ provider, reason }) => [provider, reason]))
  const jobs = notRefreshedTotal === 1 ? '1 job is' : `${notRefreshedTotal} jobs are`
  note(`${jobs} shown as last known:`)
  for (const [provider, reason] of reasons) note(`  ${provider}: ${oneLine(reason)}`)
}

const noneOfThose = 'There are no such jobs'
const noneYet = 'There are no jobs yet: `millrace submit` makes one'
