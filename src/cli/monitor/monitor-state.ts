import type { JobStatus } from '../../job/job-status.ts'
import type { JobInfo, LogLine } from '../../protocol/job-info.ts'
import type { ServerInfo } from '../../protocol/server-info.ts'
import type { ScreenSize } from '../screen/draw-difference.ts'
import type { JobRow } from './job-row.ts'

/** By what jobs are sorted. */
export const sortKeys = ['submitted', 'name', 'status', 'rate', 'records', 'duration', 'restarts'] as const
export type SortKey = (typeof sortKeys)[number]

/** Which jobs are shown: all, those that still do something, or those of one status. */
export type StatusFilter = JobStatus | 'all' | 'active'

export const statusFilters: readonly StatusFilter[] = [
  'all',
  'active',
  'running',
  'queued',
  'failed',
  'stopped',
  'completed',
  'cancelled',
]

export type ActionName = 'stop' | 'cancel' | 'continue' | 'delete'

/** What is done to a job. */
export interface Action {
  readonly name: ActionName
  readonly job: string
  /** Of the job, for people. */
  readonly title: string
}

/** Whether what is shown is what is. */
export interface Link {
  /** `lost`: the server's events cannot be had, or it has given no answer for SILENCE. */
  readonly state: 'connecting' | 'live' | 'lost'
  /** When something was last heard: milliseconds since the epoch. */
  readonly heardAt: number
  /** Why it was lost, in a few words; '' where that is not known. */
  readonly why: string
}

/** Jobs as they are asked for, page by page. */
export interface Listing {
  /** Of this listing; each has another. */
  readonly number: number
  readonly isLoading: boolean
  readonly seen: number
}

/** The table. */
export interface ListView {
  readonly sort: SortKey
  readonly isReversed: boolean
  readonly status: StatusFilter
  /** Part of a name or id. */
  readonly text: string
  /** Ids of what passes, sorted. */
  readonly order: readonly string[]
  /** Null: none, as there is none or nobody has chosen yet; then it is the first. */
  readonly selected: string | null
  readonly index: number
  /** First row that is on the screen. */
  readonly top: number
}

/** The lines of one job. */
export interface LogsView {
  readonly job: string
  /** At most LOG_LINES, the newest last. */
  readonly lines: readonly LogLine[]
  readonly isFollowing: boolean
  /** Number of the line at the bottom, where they are not followed. */
  readonly bottom: number
  /** Columns that are left out on the left. */
  readonly left: number
  /** `over`: there will be none any more. */
  readonly state: 'loading' | 'open' | 'over'
  readonly error: string
}

/** All there is to say of one job. */
export interface DetailsView {
  readonly job: string
  readonly info: JobInfo | null
  readonly error: string
}

export type Page = 'list' | 'details' | 'graph' | 'logs' | 'help'

export interface MonitorState {
  readonly url: string
  readonly size: ScreenSize
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly link: Link
  readonly server: ServerInfo | null
  readonly listing: Listing
  /** By id. */
  readonly jobs: ReadonlyMap<string, JobRow>
  readonly list: ListView
  /** The one on the screen last, behind it those that lead back. Never empty. */
  readonly pages: readonly Page[]
  /** First line of the page that is on the screen; of pages that are text. */
  readonly top: number
  readonly details: DetailsView | null
  readonly logs: LogsView | null
  /** Whether keys are letters of the filter. */
  readonly isTyping: boolean
  /** Waits for a yes. */
  readonly asking: Action | null
  /** In the footer, for a while. */
  readonly notice: { readonly text: string; readonly isError: boolean; readonly until: number } | null
  readonly isDone: boolean
}

/** Lines of a log that are kept. */
export const LOG_LINES = 2000

/** Milliseconds without a sign of the server, after which figures are not shown as live. */
export const SILENCE = 7000

/** Milliseconds that a notice stays. */
export const NOTICE_TIME = 5000

/** Rows of the screen beside the table: title, what is shown, headings, footer. */
export const LIST_FRAME_ROWS = 4

/** Rows of the screen beside a page's text: title, heading, footer. */
export const PAGE_FRAME_ROWS = 3

export interface MonitorOptions {
  readonly url: string
  readonly sort?: SortKey | undefined
  readonly status?: StatusFilter | undefined
}

export const beginMonitor = (
  { url, sort = 'submitted', status = 'all' }: MonitorOptions,
  now: number,
): MonitorState => ({
  url,
  size: { columns: 80, rows: 24 },
  now,
  link: { state: 'connecting', heardAt: now, why: '' },
  server: null,
  listing: { number: 0, isLoading: true, seen: 0 },
  jobs: new Map(),
  list: { sort, isReversed: false, status, text: '', order: [], selected: null, index: 0, top: 0 },
  pages: ['list'],
  top: 0,
  details: null,
  logs: null,
  isTyping: false,
  asking: null,
  notice: null,
  isDone: false,
})

export const pageOf = ({ pages }: MonitorState): Page => pages.at(-1)!

/** The job that keys are for; undefined where there is none. */
export function selectedRow(state: MonitorState): JobRow | undefined {
  const { list, jobs, details, logs } = state
  const page = pageOf(state)
  const open = page === 'details' || page === 'graph' ? details?.job : page === 'logs' ? logs?.job : undefined
  return jobs.get(open ?? list.order[list.index] ?? '')
}
