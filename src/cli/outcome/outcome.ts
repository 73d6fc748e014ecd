import { isSettled, type JobStatus } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatDuration } from '../format.ts'
import { oneLine } from '../output/text-width.ts'
import { formatCount, formatTimes } from '../watch/format-count.ts'

/** What a command that waited for a job ends with. */
export function exitCodeOfOutcome(status: JobStatus): number {
  switch (status) {
    case 'completed':
      return exitCodes.done
    case 'stopped':
      return exitCodes.stopped
    case 'cancelled':
      return exitCodes.cancelled
    default:
      return exitCodes.failed
  }
}

/** Of several: that of the one that failed, else of one that was cancelled, else of one that was stopped. */
export const worstOutcome = (statuses: readonly JobStatus[]): JobStatus =>
  (['failed', 'cancelled', 'stopped'] as const).find((status) => statuses.includes(status)) ?? 'completed'

/** `"word count" has completed after 2 min 5 s: 100 read, 90 written, 1 restart`, and below that why it has failed. */
export function describeOutcome(job: JobInfo): string {
  const { name, status, startedAt, endedAt, restarts, error } = job
  const lasted =
    startedAt === null || endedAt === null
      ? ''
      : ` after ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`
  const counts = countsOf(job)
  const facts = [
    ...(counts === null
      ? []
      : [`${formatCount(counts.read)} read`, `${formatCount(counts.written)} written`]),
    ...(restarts === 0 ? [] : [formatTimes(restarts, 'restart')]),
  ].join(', ')
  const said = `"${oneLine(name)}" ${verbs[status] ?? `is ${status}`}${lasted}${facts === '' ? '' : `: ${facts}`}`
  const continued = status === 'stopped' ? `\n  millrace continue ${job.id}` : ''
  const reason = status === 'failed' && error !== null ? `\n  ${reasonIn(error.message)}` : ''
  return `${said}${reason}${continued}`
}

const verbs: Partial<Record<JobStatus, string>> = {
  completed: 'has completed',
  failed: 'has failed',
  stopped: 'was stopped',
  cancelled: 'was cancelled',
}

/** Records given by sources, and records that reached sinks; null where nothing is known of them. */
export function countsOf({ status, result, progress }: JobInfo): { read: number; written: number } | null {
  const nodes = isSettled(status) ? result?.nodes : undefined
  if (nodes === undefined)
    return progress === null ? null : { read: progress.read, written: progress.written }
  const sum = (kind: string, count: 'out' | 'handled'): number =>
    nodes.filter((node) => node.kind === kind).reduce((all, node) => all + node[count], 0)
  return { read: sum('source', 'out'), written: sum('sink', 'handled') }
}

/** All lines of a message, each below the other. */
const reasonIn = (message: string): string => message.split('\n').map(oneLine).join('\n  ')
