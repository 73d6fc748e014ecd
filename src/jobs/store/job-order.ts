import { Buffer } from 'node:buffer'
import { type JobStatus, transitions } from '../../job/job-status.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { JobSort, JobSortKey } from '../../protocol/job-sort.ts'
import { searchText } from './job-changes.ts'

// The order of lists, which is the same in every store.

export interface JobOrder {
  readonly sort: JobSort
  readonly key: JobSortKey
  readonly descending: boolean
}

/** Where a job stands in an order: by the value, and among those of the same by the number. */
export interface JobPlace {
  readonly value: number | string
  /** Jobs are numbered as they are made. */
  readonly number: number
}

export const jobOrder = (sort: JobSort = '-submitted'): JobOrder => ({
  sort,
  key: sort.replace('-', '') as JobSortKey,
  descending: sort.startsWith('-'),
})

/** As jobs come to them. */
export const statusOrder = Object.keys(transitions) as readonly JobStatus[]

/** What stands for a moment that there is not yet: it comes last, whichever way. */
export const valueOfNone = ({ descending }: JobOrder): number =>
  descending ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER

/** @param now milliseconds since the epoch, up to which jobs that run have lasted */
export function valueIn(order: JobOrder, job: Omit<JobSummary, 'position'>, now: number): number | string {
  const none = valueOfNone(order)
  const moment = (time: string | null, otherwise = none): number =>
    time === null ? otherwise : Date.parse(time)
  switch (order.key) {
    case 'submitted':
      // Not the number: jobs that run elsewhere are found late.
      return moment(job.submittedAt)
    case 'started':
      return moment(job.startedAt)
    case 'ended':
      return moment(job.endedAt)
    case 'name':
      return searchText(job.name)
    case 'status':
      return statusOrder.indexOf(job.status)
    case 'duration':
      return job.startedAt === null ? none : moment(job.endedAt, now) - Date.parse(job.startedAt)
    case 'restarts':
      return job.restarts
  }
}

/** As SQLite does it: texts by their bytes. */
export function comparePlaces({ descending }: JobOrder, a: JobPlace, b: JobPlace): number {
  const byValue =
    typeof a.value === 'string'
      ? Buffer.compare(Buffer.from(a.value), Buffer.from(String(b.value)))
      : a.value - Number(b.value)
  return (descending ? -1 : 1) * (byValue || a.number - b.number)
}
