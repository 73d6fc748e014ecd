import { isActive } from '../../job/job-status.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import { formatDuration } from '../format.ts'
import { shortId } from '../job-reference/describe-job.ts'
import { colorOfStatus, type Colors } from '../output/colors.ts'
import type { Column } from '../output/table.ts'

export interface NumberedJob {
  /** In the listing, from 1. */
  readonly number: number
  readonly job: JobSummary
}

/** How jobs are shown. */
export interface JobTable {
  /** In milliseconds since the epoch. */
  readonly now: number
  /** Ids are shown whole. */
  readonly isWide: boolean
  /** Whether it is said where jobs run, though it is not wide. */
  readonly hasForeign: boolean
  readonly colors: Colors
}

export const jobColumns = ({ now, isWide, hasForeign, colors }: JobTable): readonly Column<NumberedJob>[] => [
  { heading: '#', value: ({ number }) => String(number), align: 'right' },
  { heading: 'ID', value: ({ job }) => (isWide ? job.id : shortId(job.id)) },
  { heading: 'NAME', value: ({ job }) => job.name, least: 8 },
  { heading: 'PROVIDER', value: ({ job }) => job.provider, least: 6, wide: !hasForeign },
  { heading: 'EXTERNAL ID', value: ({ job }) => job.externalId ?? '', wide: true },
  {
    heading: 'STATUS',
    value: ({ job }) => job.status,
    color: ({ job }) => colorOfStatus(colors, job.status),
  },
  {
    heading: 'SUBMITTED',
    value: ({ job }) => `${formatDuration(sinceThen(job.submittedAt, now))} ago`,
    least: 7,
    optional: true,
  },
  { heading: 'LASTED', value: ({ job }) => lasted(job, now), least: 6, optional: true },
  { heading: 'RESTARTS', value: ({ job }) => String(job.restarts), align: 'right', optional: true },
  { heading: 'POSITION', value: ({ job }) => String(job.position ?? ''), align: 'right', wide: true },
  { heading: 'PRIORITY', value: ({ job }) => String(job.priority), align: 'right', wide: true },
  { heading: 'CHECKPOINTS', value: ({ job }) => (job.checkpointed ? 'yes' : 'no'), wide: true },
  { heading: 'STARTED', value: ({ job }) => job.startedAt ?? '', wide: true },
  { heading: 'ENDED', value: ({ job }) => job.endedAt ?? '', wide: true },
]

/** Clocks of two machines may differ. */
export const sinceThen = (time: string, now: number): number => Math.max(0, now - Date.parse(time))

/** From its first start to its end, or until now; empty before it began. */
export function lasted(
  { status, startedAt, endedAt }: Pick<JobSummary, 'status' | 'startedAt' | 'endedAt'>,
  now: number,
): string {
  if (startedAt === null) return ''
  const end = isActive(status) || endedAt === null ? now : Date.parse(endedAt)
  return formatDuration(Math.max(0, end - Date.parse(startedAt)))
}
