import type { NodeResult } from '../../job/job-result.ts'
import type { EdgeMetrics } from '../../runtime/metrics/job-metrics.ts'
import { formatDuration } from '../format.ts'
import { colorOfStatus, type Colors } from '../output/colors.ts'
import { type Column, formatRows } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import { formatCount, formatRate, formatTimes } from '../watch/format-count.ts'
import { pressureColumns } from '../watch/pressure-columns.ts'
import { rateOver } from '../watch/progress-samples.ts'
import type { RunningJob, RunState } from './run-state.ts'

export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

/** Lines below a program's own output, which is to have most of the terminal. */
const SHARE = 0.5

/** What is shown of a program's jobs that are under way, in lines. */
export function runFrame(state: RunState, { columns, rows }: FrameSize, colors: Colors): readonly string[] {
  const running = state.jobs.filter(({ end, metrics }) => end === null && metrics !== null)
  const most = Math.max(3, Math.floor(rows * SHARE))
  const lines = running.flatMap((job) => jobLines(job, columns, most, colors))
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), colors.dim('...')]
}

function jobLines(job: RunningJob, columns: number, most: number, colors: Colors): readonly string[] {
  const { name, metrics } = job
  if (metrics === null) return []
  const { status, elapsedMs, nodes, edges } = metrics
  const shown = nodes.slice(0, Math.max(1, most - 3))
  const hidden = nodes.length - shown.length
  return [
    [
      colors.bold(oneLine(name)),
      colorOfStatus(colors, status)(status),
      formatDuration(elapsedMs),
      ...progressOf(job),
      formatRate(rateOver(job.samples, ({ read }) => read)),
    ].join('  '),
    ...formatRows(shown, nodeColumns(job, edges, colors), columns - 1),
    ...(hidden === 0 ? [] : [colors.dim(`and ${formatTimes(hidden, 'more operator')}`)]),
  ]
}

/** `12 % of 1,000 lines`, where the sources know; else what was read and written. */
function progressOf({ metrics }: RunningJob): readonly string[] {
  const { sources, read, written } = metrics!
  const totals = sources.flatMap(({ total }) => total ?? [])
  const units = new Set(sources.map(({ unit }) => unit ?? ''))
  const total = totals.reduce((sum, one) => sum + one, 0)
  if (sources.length === 0 || totals.length < sources.length || total === 0 || units.size > 1) {
    return [`${formatCount(read)} read`, `${formatCount(written)} written`]
  }
  const done = sources.reduce((sum, one) => sum + one.done, 0)
  return [`${Math.floor(Math.min(1, done / total) * 100)} % of ${formatCount(total)} ${[...units][0]}`]
}

function nodeColumns(
  job: RunningJob,
  edges: readonly EdgeMetrics[],
  colors: Colors,
): readonly Column<NodeResult>[] {
  const rate = ({ id, kind }: NodeResult): number | null =>
    rateOver(
      job.samples,
      ({ nodes }) => nodes.find((node) => node.id === id)?.[kind === 'source' ? 'out' : 'in'],
    )
  const count = (value: number): string => (value === 0 ? '' : formatCount(value))
  const hasErrors = job.metrics!.nodes.some(({ errors }) => errors > 0)
  return [
    { heading: 'OPERATOR', value: ({ name }) => name, least: 8 },
    {
      heading: 'IN',
      align: 'right',
      value: (node) => (node.kind === 'source' ? '' : formatCount(node.in)),
    },
    { heading: 'OUT', align: 'right', value: (node) => (node.kind === 'sink' ? '' : formatCount(node.out)) },
    { heading: 'RATE', align: 'right', value: (node) => formatRate(rate(node)), optional: true },
    ...(hasErrors
      ? [
          {
            heading: 'ERRORS',
            align: 'right',
            value: ({ errors }: NodeResult) => count(errors),
            color: () => colors.red,
          } as const,
        ]
      : []),
    ...pressureColumns(edges, colors, job.samples),
  ]
}
