import type { JobStatus } from '../../../job/job-status.ts'
import type { JobSummary } from '../../../protocol/job-info.ts'
import { searchText, type StoredJob, timeOf } from '../job-changes.ts'
import type { JobRecord } from '../job-store.ts'
import { submissionOf } from '../submission-text.ts'
import type { Database, SqlValue } from './database.ts'

export const summaryColumns = `jobs.number, jobs.id, name, status, autostop, priority, checkpointed, submitted_at,
  started_at, ended_at, restarts, revision, provider, external_id`

export const recordColumns: string = `${summaryColumns}, due_at, wanted, restart_history, process, savepoint, error, progress,
  result, restarted_from, submission`

export interface SummaryRow {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly status: JobStatus
  readonly autostop: number
  readonly priority: number
  readonly checkpointed: number
  readonly submitted_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly restarts: number
  readonly revision: number
  readonly provider: string
  readonly external_id: string | null
}

export interface JobRow extends SummaryRow {
  readonly due_at: number | null
  readonly wanted: JobRecord['wanted']
  readonly restart_history: string
  readonly process: string | null
  readonly savepoint: string | null
  readonly error: string | null
  readonly progress: string | null
  readonly result: string | null
  readonly restarted_from: string | null
  readonly submission: string
}

export const summaryOfRow = (row: SummaryRow, position: number | null): JobSummary => ({
  id: row.id,
  name: JSON.parse(row.name) as string,
  status: row.status,
  autostop: row.autostop === 1,
  priority: row.priority,
  checkpointed: row.checkpointed === 1,
  position,
  submittedAt: timeOf(row.submitted_at),
  startedAt: row.started_at === null ? null : timeOf(row.started_at),
  endedAt: row.ended_at === null ? null : timeOf(row.ended_at),
  restarts: row.restarts,
  revision: row.revision,
  provider: row.provider,
  externalId: parsed(row.external_id),
})

export const recordOfRow = (row: JobRow, position: number | null): JobRecord => ({
  ...summaryOfRow(row, position),
  submission: submissionOf(row.submission),
  restartedFrom: row.restarted_from,
  process: parsed(row.process),
  progress: parsed(row.progress),
  savepoint: parsed(row.savepoint),
  error: parsed(row.error),
  result: parsed(row.result),
  restartHistory: parsed(row.restart_history)!,
  dueAt: row.due_at,
  wanted: row.wanted,
})

/** What of a job may change, in the order of `changeJob`. */
export const changeJob = `UPDATE jobs SET status = ?, started_at = ?, ended_at = ?, restarts = ?, revision = ?, due_at = ?,
  wanted = ?, restart_history = ?, process = ?, savepoint = ?, error = ?, progress = ?, result = ? WHERE number = ?`

export const changedValues = (job: StoredJob, number: number): readonly SqlValue[] => [
  job.status,
  momentOf(job.startedAt),
  momentOf(job.endedAt),
  job.restarts,
  job.revision,
  job.dueAt,
  job.wanted,
  JSON.stringify(job.restartHistory),
  written(job.process),
  written(job.savepoint),
  written(job.error),
  written(job.progress),
  written(job.result),
  number,
]

const insertJob = `INSERT INTO jobs (id, search, status, priority, submitted_at, restarts, revision, autostop,
  checkpointed, name, restart_history, restarted_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const addedValues = (job: StoredJob): readonly SqlValue[] => [
  job.id,
  searchText(job.name),
  job.status,
  job.priority,
  Date.parse(job.submittedAt),
  job.restarts,
  job.revision,
  job.autostop ? 1 : 0,
  job.checkpointed ? 1 : 0,
  textColumn(job.name),
  JSON.stringify(job.restartHistory),
  job.restartedFrom,
]

/** Adds one of the server's own jobs, with its submission. @returns its number. */
export function addJob(database: Database, job: StoredJob): number {
  const { submission } = job
  const number = database.run(insertJob, ...addedValues(job)).rowId
  const addSubmission = 'INSERT INTO submissions (job, submission) VALUES (?, ?)'
  database.run(addSubmission, number, JSON.stringify(submission))
  const addFile = 'INSERT OR IGNORE INTO program_files (job, hash) VALUES (?, ?)'
  for (const { hash } of submission.program.files) database.run(addFile, number, hash)
  return number
}

/** JSON, as bare text would end at a NUL. */
export const textColumn = (text: string): string => JSON.stringify(text)

export const momentOf = (time: string | null): number | null => (time === null ? null : Date.parse(time))

export const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))

export const written = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
