import type { ServiceResult } from '../../job/job-result.ts'
import type { CheckpointInfo, JobInfo, JobTransition, ProcessInfo } from '../../protocol/job-info.ts'
import { formatBytes, formatDuration } from '../format.ts'
import { lasted, sinceThen } from '../job-list/job-columns.ts'
import { colorOfStatus } from '../output/colors.ts'
import type { Column } from '../output/table.ts'
import { oneLine } from '../output/text-width.ts'
import { failureLines } from './failure-lines.ts'
import { checkpointColumns } from './list-savepoints.ts'
import { progressLines } from './progress-lines.ts'
import { type Field, fieldLines, type ReportStyle, section } from './report-style.ts'

/** What is asked for apart, for a report that says it all. */
export interface JobDetails {
  readonly checkpoints: readonly CheckpointInfo[]
  readonly transitions: readonly JobTransition[]
}

/** A job for people. @param details null: in short */
export function jobReport(job: JobInfo, details: JobDetails | null, style: ReportStyle): string {
  const { error, result, status } = job
  const heading = status === 'cancelled' ? 'why' : 'why it failed'
  return [
    ...fieldLines(fieldsOf(job, style), style),
    ...(error === null ? [] : failureLines(error, heading, details !== null, style)),
    ...progressLines(job, style),
    ...section('Services', badOrAll(result?.services ?? [], details !== null), serviceColumns, style),
    ...(details === null
      ? []
      : [
          ...section('Restarts', result?.restartCauses ?? [], restartColumns, style),
          ...section('Checkpoints', details.checkpoints, checkpointColumns(style.now), style),
          ...section('History', details.transitions, transitionColumns, style),
        ]),
  ].join('\n')
}

function fieldsOf(job: JobInfo, style: ReportStyle): readonly Field[] {
  const { id, name, status, position, submittedAt, startedAt, endedAt, restarts, priority } = job
  const { now, colors } = style
  const ago = (time: string): string => `${time}, ${formatDuration(sinceThen(time, now))} ago`
  const wait = position === null ? '' : position === 1 ? ', the next to start' : `, ${position - 1} before it`
  const fields: readonly (Field | null)[] = [
    ['id', id],
    ['name', oneLine(name), colors.bold],
    ['status', status + wait, colorOfStatus(colors, status)],
    ...foreignFields(job, ago, style),
    ['submitted', ago(submittedAt)],
    startedAt === null ? null : ['started', ago(startedAt)],
    endedAt === null ? null : ['ended', ago(endedAt)],
    startedAt === null ? null : ['lasted', lasted(job, now)],
    restarts === 0 ? null : ['restarts', String(restarts)],
    priority === 0 ? null : ['priority', String(priority)],
    job.restartedFrom === null ? null : ['restarted from', job.restartedFrom],
    status !== 'stopped' ? null : ['continues', continuesFrom(job)],
    job.process === null ? null : ['process', describeProcess(job.process, now)],
  ]
  return fields.filter((field) => field !== null)
}

/** Of a job that runs elsewhere: where, what its provider says of it, and how old that is. */
function foreignFields(
  { provider, externalId, foreign }: JobInfo,
  ago: (time: string) => string,
  { colors }: ReportStyle,
): readonly (Field | null)[] {
  if (foreign === null) return []
  const { externalStatus, url, cost, refreshedAt, refreshError } = foreign
  return [
    ['runs at', provider],
    ['known there as', oneLine(externalId ?? '')],
    externalStatus === null ? null : ['status there', oneLine(externalStatus)],
    url === null ? null : ['page', oneLine(url)],
    cost === null ? null : ['cost', `${cost.amount} ${oneLine(cost.unit)}`],
    ['as of', ago(refreshedAt)],
    refreshError === null ? null : ['not refreshed', oneLine(refreshError), colors.red],
  ]
}

const continuesFrom = ({ savepoint }: JobInfo): string =>
  savepoint === null
    ? 'from the beginning'
    : `from ${savepoint.kind} ${savepoint.id}, ${formatBytes(savepoint.bytes)}, of ${savepoint.takenAt}`

const describeProcess = ({ pid, cpu, rssBytes, heapBytes, heartbeatAt }: ProcessInfo, now: number): string =>
  [
    String(pid),
    `${Math.round(cpu * 100)} % of a core`,
    `${formatBytes(rssBytes)} of memory, ${formatBytes(heapBytes)} in its heap`,
    `heard of ${formatDuration(sinceThen(heartbeatAt, now))} ago`,
  ].join(', ')

/** Those that did not end well are told of in any case. */
const badOrAll = (services: readonly ServiceResult[], all: boolean): readonly ServiceResult[] =>
  services.filter(
    ({ stopped, cleaned, killed, error }) => all || error !== undefined || killed || !stopped || !cleaned,
  )

const yesNo = (is: boolean): string => (is ? 'yes' : 'no')

const serviceColumns: readonly Column<ServiceResult>[] = [
  { heading: 'SERVICE', value: ({ name }) => name, least: 8 },
  { heading: 'STOPPED', value: ({ stopped }) => yesNo(stopped) },
  { heading: 'CLEANED UP', value: ({ cleaned }) => yesNo(cleaned) },
  { heading: 'KILLED', value: ({ killed }) => yesNo(killed) },
  { heading: 'ERROR', value: ({ error = '' }) => error, least: 8 },
]

type RestartCause = NonNullable<JobInfo['result']>['restartCauses'][number]

const restartColumns: readonly Column<RestartCause>[] = [
  { heading: 'AT', value: ({ at }) => at },
  { heading: 'OPERATOR', value: ({ operator = '' }) => operator, least: 8 },
  {
    heading: 'WENT ON FROM',
    value: ({ restoredFrom }) =>
      restoredFrom === undefined ? 'the beginning' : `checkpoint ${restoredFrom}`,
  },
  { heading: 'BECAUSE', value: ({ message }) => message.split('\n')[0]!, least: 12 },
]

const transitionColumns: readonly Column<JobTransition>[] = [
  { heading: 'AT', value: ({ at }) => at },
  { heading: 'STATUS', value: ({ to }) => to },
  { heading: 'BECAUSE', value: ({ cause }) => cause.split('\n')[0]!, least: 12 },
]
