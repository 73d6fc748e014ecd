import type { JobInfo } from '../../../protocol/job-info.ts'
import type { WireError } from '../../../protocol/wire-error.ts'
import { formatBytes, formatDuration } from '../../format.ts'
import { type Colors, colorOfStatus } from '../../output/colors.ts'
import { durationOf, type JobRow, rowRate, shareDone } from '../job-row.ts'
import type { MonitorState } from '../monitor-state.ts'
import { formatCount, formatRate, formatShare } from './figures.ts'
import { operatorLines } from './operators.ts'
import { wrap } from '../../output/wrap.ts'

type Field = readonly [name: string, value: string, color?: (text: string) => string]

/** All there is to say of a job: fields, its error, its operators. */
export function detailLines(state: MonitorState, row: JobRow, colors: Colors): readonly string[] {
  const { details, size, link, now } = state
  const info = details?.info ?? null
  const isLive = link.state === 'live'
  const lines: string[] = []
  const add = (fields: readonly Field[]): void => {
    for (const [name, value, color = String] of fields) {
      wrap(value, Math.max(10, size.columns - 12)).forEach((part, i) =>
        lines.push(`${colors.dim((i === 0 ? name : '').padEnd(11))} ${color(part)}`),
      )
    }
  }
  add([
    ['id', row.job.id],
    [
      'status',
      row.job.status + (row.job.position === null ? '' : `, number ${row.job.position} in the queue`),
      colorOfStatus(colors, row.job.status),
    ],
  ])
  if (info?.error) {
    add(errorFields(info.error, colors))
    lines.push('')
  }
  add(figureFields(row, isLive ? now : link.heardAt, isLive))
  if (info !== null) add(infoFields(info))
  else lines.push(colors.dim(details?.error ? details.error : 'asking for the rest'))
  const nodes = info?.result?.nodes ?? []
  return [...lines, '', ...operatorLines(row, nodes, { columns: size.columns, isLive, colors })]
}

function figureFields(row: JobRow, now: number, isLive: boolean): readonly Field[] {
  const { job, progress } = row
  const duration = durationOf(row, now)
  const share = shareDone(row)
  return [
    ...(progress === null
      ? []
      : [
          [
            'records',
            `${formatCount(progress.read)} read, ${formatCount(progress.written)} written` +
              (share === null ? '' : `, ${formatShare(share)} done`),
          ] as const,
        ]),
    ...(job.status === 'running' ? [['rate', isLive ? formatRate(rowRate(row)) : '-'] as const] : []),
    ['submitted', local(job.submittedAt)],
    ...(job.startedAt === null ? [] : [['started', local(job.startedAt)] as const]),
    ...(job.endedAt === null ? [] : [['ended', local(job.endedAt)] as const]),
    ...(duration === null ? [] : [['duration', formatDuration(duration)] as const]),
    ['restarts', String(job.restarts)],
  ]
}

function infoFields({
  process,
  savepoint,
  checkpointed,
  priority,
  autostop,
  restartedFrom,
}: JobInfo): readonly Field[] {
  return [
    ...(process === null
      ? []
      : [
          [
            'process',
            `${process.pid}, ${formatBytes(process.rssBytes)}, ${Math.round(process.cpu * 100)}% of a core`,
          ] as const,
        ]),
    ['keeps', checkpointed ? 'checkpoints' : 'no checkpoints'],
    ...(savepoint === null
      ? []
      : [['savepoint', `${local(savepoint.takenAt)}, ${formatBytes(savepoint.bytes)}`] as const]),
    ...(restartedFrom === null ? [] : [['again', `of ${restartedFrom}`] as const]),
    ['priority', String(priority)],
    ['ends', autostop ? 'by itself' : 'when it is stopped'],
  ]
}

function errorFields(error: WireError, colors: Colors): readonly Field[] {
  const [first = '', ...more] = error.message.split('\n')
  return [
    ['error', first, colors.red],
    ...(error.operator === undefined ? [] : [['operator', error.operator] as const]),
    ...(error.site === undefined ? [] : [['at', `${error.site.file}:${error.site.line}`] as const]),
    ...(error.record === undefined ? [] : [['record', error.record] as const]),
    ...(error.cause === undefined
      ? []
      : [['cause', error.cause.message.split('\n')[0]!, colors.red] as const]),
    ...(error.remedy === undefined ? [] : [['remedy', error.remedy] as const]),
    // What a message says beside the fields it is made of.
    ...(error.operator === undefined && more.length > 0 ? [['', more.join('\n')] as const] : []),
  ]
}

/** A time of the server in local time. */
const local = (time: string): string => {
  const date = new Date(time)
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${date.toTimeString().slice(0, 8)}`
}
