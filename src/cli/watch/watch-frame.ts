import type { NodeResult } from '../../job/job-result.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { briefDuration } from '../../util/brief-duration.ts'
import { formatBytes, formatDuration } from '../format.ts'
import { colorOfStatus, type Colors } from '../output/colors.ts'
import { type Column, formatRows } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import { formatCount, formatRate, formatTimes } from './format-count.ts'
import { pressureColumns } from './pressure-columns.ts'
import { rateOver } from './progress-samples.ts'
import { type Extent, extentOf, shareOf, type WatchState } from './watch-state.ts'

export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

/** Where the terminal has fewer columns, how long records are on their way is left out. */
const LATENCY_COLUMNS = 100
/** Rows of a frame that show no operator. */
const OTHER_ROWS = 8

/** What is shown of a job that is watched, in lines. @param now in milliseconds since the epoch */
export function watchFrame(
  state: WatchState,
  { columns, rows }: FrameSize,
  colors: Colors,
  now: number,
): string[] {
  const nodes = state.progress?.nodes ?? []
  const shown = nodes.slice(0, Math.max(1, rows - OTHER_ROWS))
  const hidden = nodes.length - shown.length
  return [
    headline(state, colors, now),
    ...(state.isHeard ? [] : [colors.yellow('The server does not answer, and is tried again.')]),
    ...progressLine(state, columns, colors),
    ...(shown.length === 0 ? [] : formatRows(shown, nodeColumns(state, nodes, colors), columns - 1)),
    ...(hidden === 0 ? [] : [colors.dim(`and ${formatTimes(hidden, 'more operator')}`)]),
    ...(state.line === null ? [] : [colors.dim(`> ${oneLine(state.line)}`)]),
  ]
}

/** `word count  running  2 min 5 s  1 restart  7f3c2a1b` */
function headline({ job }: WatchState, colors: Colors, now: number): string {
  const { id, name, status, position, startedAt, endedAt, restarts } = job
  const lasted =
    startedAt === null ? null : (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)
  return [
    colors.bold(oneLine(name)),
    colorOfStatus(colors, status)(status),
    ...(position === null ? [] : [`${formatCount(position - 1)} before it`]),
    ...(lasted === null ? [] : [formatDuration(Math.max(0, lasted))]),
    ...(restarts === 0 ? [] : [colors.yellow(formatTimes(restarts, 'restart'))]),
    colors.dim(id.slice(0, 8)),
  ].join('  ')
}

/** `████████░░░░░░░░  52 %  520,000 of 1,000,000 lines  12,300/s  latency 12 ms, p99 40 ms`, or what was read and written. */
function progressLine(state: WatchState, columns: number, colors: Colors): readonly string[] {
  const { progress } = state
  if (progress === null) return []
  const extent = extentOf(state)
  const share = shareOf(extent)
  const perSecond = rateOver(state.samples, ({ read }) => read)
  const late = columns < LATENCY_COLUMNS ? '' : describeLatency(progress)
  const rate = (perSecond === null ? '' : `  ${formatRate(perSecond)}`) + late
  if (extent === null || share === null) {
    return [`${formatCount(progress.read)} read  ${formatCount(progress.written)} written${rate}`]
  }
  const text = `${describeExtent(extent)}${rate}`
  const percent = `${Math.floor(share * 100)} %`.padStart(5)
  const width = Math.max(4, Math.min(40, columns - text.length - percent.length - 6))
  const full = Math.round(share * width)
  const bar = colors.green('█'.repeat(full)) + colors.dim('░'.repeat(width - full))
  return [`${bar}  ${percent}  ${text}`]
}

const describeLatency = ({ latency }: JobProgress): string =>
  latency === null ? '' : `  latency ${briefDuration(latency.p50)}, p99 ${briefDuration(latency.p99)}`

const describeExtent = ({ done, total, unit }: Extent): string =>
  unit === 'bytes'
    ? `${formatBytes(done)} of ${formatBytes(total)}`
    : `${formatCount(done)} of ${formatCount(total)} ${unit}`

function nodeColumns(
  state: WatchState,
  nodes: readonly NodeResult[],
  colors: Colors,
): readonly Column<NodeResult>[] {
  const rate = (node: NodeResult, count: 'in' | 'out'): string =>
    formatRate(
      rateOver(state.samples, (progress) => progress.nodes.find(({ id }) => id === node.id)?.[count]),
    )
  const entered = ({ kind }: NodeResult): boolean => kind !== 'source'
  const left = ({ kind }: NodeResult): boolean => kind !== 'sink'
  const all: readonly (Column<NodeResult> | null)[] = [
    { heading: 'OPERATOR', value: ({ name }) => name, least: 8 },
    { heading: 'IN', align: 'right', value: (node) => (entered(node) ? formatCount(node.in) : '') },
    {
      heading: 'IN/S',
      align: 'right',
      value: (node) => (entered(node) ? rate(node, 'in') : ''),
      optional: true,
    },
    { heading: 'OUT', align: 'right', value: (node) => (left(node) ? formatCount(node.out) : '') },
    {
      heading: 'OUT/S',
      align: 'right',
      value: (node) => (left(node) ? rate(node, 'out') : ''),
      optional: true,
    },
    troubleColumn('ERRORS', nodes, ({ errors }) => errors, colors.red),
    troubleColumn('DEAD', nodes, ({ deadLettered }) => deadLettered, colors.yellow),
    ...(state.job.status === 'running'
      ? pressureColumns(state.progress?.edges ?? [], colors, state.samples)
      : []),
  ]
  return all.filter((column) => column !== null)
}

/** Only where there is any. */
function troubleColumn(
  heading: string,
  nodes: readonly NodeResult[],
  count: (node: NodeResult) => number,
  color: (text: string) => string,
): Column<NodeResult> | null {
  if (nodes.every((node) => count(node) === 0)) return null
  const value = (node: NodeResult): string => (count(node) === 0 ? '' : formatCount(count(node)))
  return { heading, align: 'right', value, color: () => color }
}
