import { oneLine, cutTo, padTo, widthOf } from '../../output/text-width.ts'
import { type Colors, colorOfStatus } from '../../output/colors.ts'
import { durationOf, type JobRow, rowRate, shareDone } from '../job-row.ts'
import { LIST_FRAME_ROWS, type MonitorState, type SortKey } from '../monitor-state.ts'
import { formatClock, formatCount, formatRate, formatShare } from './figures.ts'
import { sparkline } from './sparkline.ts'

interface TableColumn {
  readonly heading: string
  readonly sort?: SortKey
  /** Columns of the terminal that it takes, and those it can make use of. */
  readonly least: number
  readonly most: number
  readonly align?: 'right'
  readonly value: (row: JobRow, context: TableContext, width: number) => string
}

interface TableContext {
  /** Milliseconds since the epoch; of when something was last heard, where the server cannot be reached. */
  readonly now: number
  readonly isLive: boolean
}

const NAME = 'NAME'
const LAST_MINUTE = 'LAST MIN'

/** From left to right. */
const columns: readonly TableColumn[] = [
  { heading: NAME, sort: 'name', least: 16, most: 40, value: ({ job }) => oneLine(job.name) },
  { heading: 'STATUS', sort: 'status', least: 10, most: 10, value: ({ job }) => job.status },
  { heading: 'DONE', least: 4, most: 4, align: 'right', value: (row) => formatShare(shareDone(row)) },
  {
    heading: 'RECORDS',
    sort: 'records',
    least: 8,
    most: 8,
    align: 'right',
    value: ({ progress }) => (progress === null ? '' : formatCount(progress.read)),
  },
  {
    heading: 'RATE',
    sort: 'rate',
    least: 6,
    most: 6,
    align: 'right',
    value: (row, { isLive }) =>
      row.job.status !== 'running' ? '' : formatRate(isLive ? rowRate(row) : null),
  },
  {
    heading: LAST_MINUTE,
    least: 8,
    most: 30,
    value: ({ rates }, _, width) => (rates === null ? '' : sparkline(rates.rates, width)),
  },
  {
    heading: 'TIME',
    sort: 'duration',
    least: 7,
    most: 7,
    align: 'right',
    value: (row, { now }) => formatClock(durationOf(row, now)),
  },
  {
    heading: 'RST',
    sort: 'restarts',
    least: 4,
    most: 4,
    align: 'right',
    value: ({ job }) => (job.restarts === 0 ? '' : String(job.restarts)),
  },
  { heading: 'ID', least: 8, most: 36, value: ({ job }, _, width) => idIn(job.id, width) },
]

/** What is left out first where the terminal is narrow comes last. */
const importance = [NAME, 'STATUS', 'RATE', 'RECORDS', 'DONE', 'TIME', LAST_MINUTE, 'RST', 'ID']

const GAP = 2
const MARKER = 2

/** Headings and the jobs on the screen: only these are made into text. */
export function jobTable(state: MonitorState, colors: Colors): readonly string[] {
  const { list, jobs, size, link, now } = state
  const rows = list.order.slice(list.top, list.top + size.rows - LIST_FRAME_ROWS).map((id) => jobs.get(id)!)
  const widths = fitColumns(size.columns, rows)
  const context: TableContext = {
    now: link.state === 'lost' ? link.heardAt : now,
    isLive: link.state === 'live',
  }
  const cells = (text: (column: TableColumn, width: number) => string): readonly string[] =>
    [...widths].map(([column, width]) => padTo(cutTo(text(column, width), width), width, column.align))
  const headings = cells((column, width) => headingOf(column, state, width)).join(' '.repeat(GAP))
  const lines = rows.map((row, i) => {
    const texts = cells((column, width) => column.value(row, context, width))
    return lineOf(row, [...widths.keys()], texts, list.top + i === list.index, state, colors)
  })
  return [
    colors.bold(' '.repeat(MARKER) + headings),
    ...(rows.length === 0 ? [colors.dim(' '.repeat(MARKER) + whyNone(state))] : lines),
  ]
}

function whyNone({ jobs, listing }: MonitorState): string {
  if (jobs.size > 0) return 'none of the jobs passes the filter: esc shows all'
  return listing.isLoading ? '' : 'there are no jobs: `millrace submit <file>` queues one'
}

/** The columns that fit, and how wide they are. */
function fitColumns(terminal: number, rows: readonly JobRow[]): ReadonlyMap<TableColumn, number> {
  let left = terminal - MARKER
  const chosen = new Set<string>()
  for (const heading of importance) {
    const { least } = columns.find((column) => column.heading === heading)!
    const needs = least + (chosen.size === 0 ? 0 : GAP)
    if (needs > left && chosen.size > 0) continue
    chosen.add(heading)
    left -= needs
  }
  const widths = new Map<TableColumn, number>()
  for (const column of columns) if (chosen.has(column.heading)) widths.set(column, column.least)
  const longest = Math.max(0, ...rows.map(({ job }) => widthOf(oneLine(job.name))))
  for (const column of widths.keys()) {
    const wanted = column.heading === NAME ? Math.min(column.most, longest) : column.most
    // An id is shown whole, or only its beginning.
    const more = Math.min(left, wanted - column.least)
    if (more <= 0 || (column.heading === 'ID' && more < wanted - column.least)) continue
    widths.set(column, column.least + more)
    left -= more
  }
  return widths
}

const idIn = (id: string, width: number): string => (id.length <= width ? id : id.slice(0, width))

function headingOf({ heading, sort }: TableColumn, { list }: MonitorState, width: number): string {
  if (sort !== list.sort) return heading
  const arrow = list.isReversed ? '↑' : '↓'
  return heading.length < width ? `${heading}${arrow}` : heading
}

function lineOf(
  row: JobRow,
  shown: readonly TableColumn[],
  texts: readonly string[],
  isSelected: boolean,
  { link }: MonitorState,
  colors: Colors,
): string {
  const gap = ' '.repeat(GAP)
  if (isSelected) return colors.inverse(`› ${texts.join(gap)}`)
  if (link.state === 'lost') return colors.dim(`  ${texts.join(gap)}`)
  const paint = colorOfStatus(colors, row.job.status)
  const painted = texts.map((text, i) => {
    const { heading } = shown[i]!
    if (heading === 'STATUS') return paint(text)
    if (heading === LAST_MINUTE) return colors.cyan(text)
    return heading === 'ID' ? colors.dim(text) : text
  })
  return `  ${painted.join(gap)}`
}
