import type { JobResult } from '../../job/job-result.ts'
import { formatDuration } from '../format.ts'
import { colorOfStatus, type Colors } from '../output/colors.ts'
import { oneLine } from '../output/text-width.ts'
import { formatCount, formatTimes } from '../watch/format-count.ts'
import type { RunningJob } from './run-state.ts'

/**
 * `prices: completed after 2 s: 100 read, 90 written`, and below that what was dropped or set aside, which services
 * were not taken down, and why the job failed.
 */
export function summaryOf({ name, end }: RunningJob, colors: Colors): readonly string[] {
  const { result = null, error = null } = end ?? {}
  if (result === null) {
    return [`${oneLine(name)}: ${colors.red('failed')}${error === null ? '' : `: ${error.message}`}`]
  }
  const { status, durationMs, restarts } = result
  const facts = [
    `${formatCount(sum(result, 'source', 'out'))} read`,
    `${formatCount(sum(result, 'sink', 'handled'))} written`,
    ...(restarts === 0 ? [] : [formatTimes(restarts, 'restart')]),
  ]
  return [
    `${colors.bold(oneLine(name))}: ${colorOfStatus(colors, status)(status)} after ${formatSpan(durationMs)}: ${facts.join(', ')}`,
    ...setAside(result).map((line) => `  ${colors.yellow(line)}`),
    ...teardown(result).map((line) => `  ${colors.red(line)}`),
    ...(status === 'failed' && error !== null ? [`  ${oneLine(error.message.split('\n')[0]!)}`] : []),
  ]
}

/** `350 ms`, `2 min 5 s` */
const formatSpan = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms))

function sum({ nodes }: JobResult, kind: string, column: 'out' | 'handled'): number {
  return nodes.reduce((total, node) => (node.kind === kind ? total + node[column] : total), 0)
}

/** Records that did not go the usual way: what was filtered is usual. */
function setAside({ nodes }: JobResult): readonly string[] {
  return nodes.flatMap(({ name, deadLettered, errors }) => [
    ...(deadLettered === 0 ? [] : [`${oneLine(name)}: ${formatTimes(deadLettered, 'dead letter')}`]),
    ...(errors === 0 || deadLettered === errors
      ? []
      : [`${oneLine(name)}: ${formatTimes(errors, 'call')} threw`]),
  ])
}

function teardown({ services }: JobResult): readonly string[] {
  return services.flatMap(({ name, stopped, cleaned, error }) =>
    stopped && cleaned && error === undefined
      ? []
      : [
          `service ${oneLine(name)}: ${stopped ? (cleaned ? 'taken down' : 'not cleaned up') : 'not stopped'}${error === undefined ? '' : `: ${oneLine(error)}`}`,
        ],
  )
}
