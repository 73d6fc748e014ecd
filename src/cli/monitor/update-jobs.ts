import { isSettled } from '../../job/job-status.ts'
import type { FeedNotice } from '../../client/job-events.ts'
import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import { type JobRow, newRow, seeInfo, seeJob, seeProgress } from './job-row.ts'
import { type Link, type MonitorState, pageOf } from './monitor-state.ts'
import { order } from './order-jobs.ts'

type Rows = Map<string, JobRow>

/** The state after what the server has told. The jobs are copied once for all of it, and each row that changes once more. */
export function seeNotices(state: MonitorState, notices: readonly FeedNotice[], now: number): MonitorState {
  const jobs: Rows = new Map(state.jobs)
  let { link } = state
  for (const notice of notices) {
    link = linkAfter(link, notice, now)
    if (notice.type === 'event') seeEvent(jobs, notice.event, state.listing.number)
    else if (notice.type === 'progress') {
      const row = jobs.get(notice.notice.job)
      if (row !== undefined) jobs.set(row.job.id, seeProgress(row, notice.notice.progress))
    }
  }
  return order({ ...state, now, link, jobs })
}

function linkAfter(link: Link, notice: FeedNotice, now: number): Link {
  // Of several attempts the first has told why.
  if (notice.type === 'lost')
    return link.state === 'lost' ? link : { ...link, state: 'lost', why: messageOf(notice.error) }
  return { state: 'live', heardAt: now, why: '' }
}

function seeEvent(
  jobs: Rows,
  event: Extract<FeedNotice, { readonly type: 'event' }>['event'],
  listing: number,
): void {
  switch (event.type) {
    case 'job_submitted':
    case 'job_status_changed':
      seeSummary(jobs, event.summary, listing)
      break
    case 'job_deleted':
      jobs.delete(event.job)
      break
    case 'job_checkpoint':
    case 'gap':
      break
    default:
      event satisfies never
  }
}

function seeSummary(jobs: Rows, job: JobSummary, listing: number): void {
  jobs.set(job.id, seeJob(jobs.get(job.id) ?? newRow(job, listing), job, listing))
}

/** The state with a new listing begun: what is known stays until that is over. */
export const beginListing = (state: MonitorState): MonitorState => ({
  ...state,
  listing: { number: state.listing.number + 1, isLoading: true, seen: 0 },
})

/** The state with a page of it. After the last page, what neither it nor an event since has shown is gone. */
export function seeListed(state: MonitorState, listed: readonly JobSummary[], isLast: boolean): MonitorState {
  const jobs: Rows = new Map(state.jobs)
  const { number, seen } = state.listing
  for (const job of listed) seeSummary(jobs, job, number)
  if (isLast) for (const [id, row] of jobs) if (row.listing !== number) jobs.delete(id)
  const listing = { number, isLoading: !isLast, seen: seen + listed.length }
  return order({ ...state, jobs, listing })
}

/** The state with all that was asked of one job. */
export function seeLooked(state: MonitorState, info: JobInfo): MonitorState {
  const row = state.jobs.get(info.id)
  const jobs: Rows = new Map(state.jobs)
  if (row !== undefined) jobs.set(info.id, seeInfo(row, info))
  const details = state.details?.job === info.id ? { ...state.details, info, error: '' } : state.details
  return order({ ...state, jobs, details })
}

/** Jobs on the screen that are over, and have not been asked for since: nothing tells how far they came. */
export function unknownOnScreen(state: MonitorState): readonly string[] {
  const { list, jobs, size } = state
  if (pageOf(state) !== 'list') return []
  return list.order.slice(list.top, list.top + size.rows).filter((id) => {
    const row = jobs.get(id)
    return row !== undefined && !row.isFinal && row.job.startedAt !== null && isSettled(row.job.status)
  })
}

/** One line of what went wrong; '' where nothing is known. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : ''
