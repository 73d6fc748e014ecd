import { match } from 'ts-pattern'
import { isActive } from '../../job/job-status.ts'
import { durationOf, type JobRow, rowRate } from './job-row.ts'
import { LIST_FRAME_ROWS, type MonitorState, type SortKey, type StatusFilter } from './monitor-state.ts'
import { statusOrder } from './status-order.ts'

/** The state with its jobs filtered and sorted anew. Who was selected stays so; else whoever has come in its place is. */
export function order(state: MonitorState): MonitorState {
  const { jobs, list } = state
  const text = list.text.toLowerCase()
  const shown: JobRow[] = []
  for (const row of jobs.values()) if (passes(row, list.status, text)) shown.push(row)
  const ids = sorted(shown, list.sort, list.isReversed, state.now).map(({ job }) => job.id)
  const at = list.selected === null ? 0 : ids.indexOf(list.selected)
  const index = at === -1 ? Math.max(0, Math.min(list.index, ids.length - 1)) : at
  const selected = list.selected === null ? null : (ids[index] ?? null)
  return scroll({ ...state, list: { ...list, order: ids, index, selected } })
}

/** The state with the selected row on the screen. */
export function scroll(state: MonitorState): MonitorState {
  const { list, size } = state
  const rows = Math.max(1, size.rows - LIST_FRAME_ROWS)
  const lowest = Math.max(0, list.order.length - rows)
  const top = Math.min(lowest, Math.max(Math.min(list.top, list.index), list.index - rows + 1))
  return top === list.top ? state : { ...state, list: { ...list, top } }
}

function passes({ job }: JobRow, status: StatusFilter, text: string): boolean {
  if (status === 'active' ? !isActive(job.status) : status !== 'all' && status !== job.status) return false
  return text === '' || job.name.toLowerCase().includes(text) || job.id.startsWith(text)
}

function sorted(rows: JobRow[], sort: SortKey, isReversed: boolean, now: number): JobRow[] {
  const sign = isReversed ? -1 : 1
  const later = (a: JobRow, b: JobRow): number =>
    compare(b.job.submittedAt, a.job.submittedAt) || compare(a.job.id, b.job.id)
  if (sort === 'name') {
    return rows.sort(
      (a, b) => sign * compare(a.job.name.toLowerCase(), b.job.name.toLowerCase()) || later(a, b),
    )
  }
  if (sort === 'submitted') return rows.sort((a, b) => sign * later(a, b))
  const figure = figureOf(sort, now)
  return rows
    .map((row) => ({ row, figure: figure(row) }))
    .sort((a, b) => sign * (b.figure - a.figure) || later(a.row, b.row))
    .map(({ row }) => row)
}

/** What comes first is greater. */
const figureOf = (sort: Exclude<SortKey, 'name' | 'submitted'>, now: number): ((row: JobRow) => number) =>
  match(sort)
    .with(
      'status',
      () =>
        ({ job }: JobRow) =>
          -statusOrder.indexOf(job.status),
    )
    .with('rate', () => (row: JobRow) => rowRate(row) ?? -1)
    .with('records', () => (row: JobRow) => row.progress?.read ?? -1)
    .with('duration', () => (row: JobRow) => durationOf(row, now) ?? -1)
    .with(
      'restarts',
      () =>
        ({ job }: JobRow) =>
          job.restarts,
    )
    .exhaustive()

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
