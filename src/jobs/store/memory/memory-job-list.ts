import type { JobSummary } from '../../../protocol/job-info.ts'
import type { Page } from '../../../protocol/page.ts'
import { checkLimit, jobCursorOf, jobPageEndOf, MOST_ITEMS } from '../cursor.ts'
import { searchText, summaryOf } from '../job-changes.ts'
import { comparePlaces, jobOrder, valueIn } from '../job-order.ts'
import type { JobQuery } from '../job-store.ts'
import type { MemoryJob } from './memory-job.ts'

/** A page of these jobs. @throws InvalidCursorError */
export function pageOfJobs(
  entries: readonly MemoryJob[],
  query: JobQuery,
  positionOf: (entry: MemoryJob) => number | null,
): Page<JobSummary> {
  const { cursor, limit, offset = 0, sort } = query
  checkLimit(limit, MOST_ITEMS)
  const order = jobOrder(sort)
  const end = cursor === undefined ? undefined : jobPageEndOf(order, cursor)
  const now = end?.now ?? query.now ?? Number.MAX_SAFE_INTEGER
  const matching = entries
    .filter((entry) => matches(entry, query))
    .map((entry) => ({ entry, number: entry.number, value: valueIn(order, entry.job, now) }))
    .sort((a, b) => comparePlaces(order, a, b))
  const after =
    end === undefined ? matching : matching.filter((place) => comparePlaces(order, place, end) > 0)
  const rest = after.slice(offset)
  const shown = rest.slice(0, limit)
  return {
    items: shown.map(({ entry }) => summaryOf(entry.job, positionOf(entry))),
    next: rest.length > limit ? jobCursorOf(order, { ...shown.at(-1)!, now }) : null,
    total: matching.length,
  }
}

const matches = ({ job }: MemoryJob, { status, provider, name, match }: JobQuery): boolean =>
  (status?.includes(job.status) ?? true) &&
  (provider?.includes(job.provider) ?? true) &&
  (name === undefined || searchText(job.name).includes(searchText(name))) &&
  (match === undefined || job.id.startsWith(match) || job.name === match)
