import { noFailures } from '../../../job/restart-policy.ts'
import type { ForeignDetails } from '../../../protocol/foreign-details.ts'
import type { ForeignRecord } from '../foreign-job-store.ts'
import { searchText, timeOf } from '../job-changes.ts'
import type { SqlValue } from './database.ts'
import {
  momentOf,
  parsed,
  summaryColumns,
  summaryOfRow,
  type SummaryRow,
  textColumn,
  written,
} from './job-rows.ts'

/** Jobs that run elsewhere, whole. */
export const selectForeign: string = `SELECT ${summaryColumns}, error, details, version, refreshed_at, refresh_error,
  log_lines FROM jobs JOIN foreign_jobs ON job = jobs.number`

export interface ForeignRow extends SummaryRow {
  readonly error: string | null
  readonly details: string
  readonly version: number | null
  readonly refreshed_at: number
  readonly refresh_error: string | null
  readonly log_lines: number
}

export const foreignOfRow = (row: ForeignRow): ForeignRecord => ({
  ...summaryOfRow(row, null),
  externalId: parsed(row.external_id)!,
  error: parsed(row.error),
  version: row.version,
  foreign: {
    ...(JSON.parse(row.details) as Pick<ForeignDetails, 'externalStatus' | 'url' | 'cost'>),
    refreshedAt: timeOf(row.refreshed_at),
    refreshError: parsed(row.refresh_error),
  },
  logLines: row.log_lines,
})

export const addForeign = `INSERT INTO jobs (status, started_at, ended_at, restarts, revision, error, name, search,
  submitted_at, id, provider, external_id, priority, autostop, checkpointed, restart_history)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export const addedForeignValues = (job: ForeignRecord): readonly SqlValue[] => [
  ...mutableValues(job),
  job.id,
  job.provider,
  textColumn(job.externalId),
  job.priority,
  job.autostop ? 1 : 0,
  job.checkpointed ? 1 : 0,
  JSON.stringify(noFailures),
]

export const changeForeign = `UPDATE jobs SET status = ?, started_at = ?, ended_at = ?, restarts = ?, revision = ?,
  error = ?, name = ?, search = ?, submitted_at = ? WHERE number = ?`

export const changedForeignValues = (job: ForeignRecord, number: number): readonly SqlValue[] => [
  ...mutableValues(job),
  number,
]

const mutableValues = (job: ForeignRecord): readonly SqlValue[] => [
  job.status,
  momentOf(job.startedAt),
  momentOf(job.endedAt),
  job.restarts,
  job.revision,
  written(job.error),
  textColumn(job.name),
  searchText(job.name),
  momentOf(job.submittedAt),
]

/** What a job has beside what every job has. Its log lines stay as they are. */
export const keepDetails = `INSERT INTO foreign_jobs (job, details, version, refreshed_at, refresh_error, log_lines)
  VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET details = excluded.details, version = excluded.version,
  refreshed_at = excluded.refreshed_at, refresh_error = excluded.refresh_error`

export function detailValues({ foreign, version }: ForeignRecord, number: number): readonly SqlValue[] {
  const { refreshedAt, refreshError, ...details } = foreign
  return [number, JSON.stringify(details), version, momentOf(refreshedAt), written(refreshError)]
}
