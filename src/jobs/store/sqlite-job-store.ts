import { randomUUID } from 'node:crypto'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { CheckpointInfo, JobSummary, JobTransition, LogLine } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import type { Submission } from '../../protocol/submission.ts'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import type { FigureStore } from '../figures/figure-store.ts'
import { checkLimit } from './cursor.ts'
import { EventListeners } from './event-listeners.ts'
import {
  causeOfCreation,
  LOCAL,
  moved,
  newJob,
  patched,
  type StoredJob,
  summaryOf,
  timeOf,
} from './job-changes.ts'
import { jobStoreLimits, type JobStoreOptions } from './job-store-options.ts'
import type {
  CreateDetails,
  EventQuery,
  JobPatch,
  JobQuery,
  JobRecord,
  JobStore,
  LogPage,
  NumberRange,
  PageQuery,
  TransitionDetails,
} from './job-store.ts'
import type { LogFilter } from './log-filter.ts'
import { noJob } from './refusals.ts'
import { Database, type Durability } from './sqlite/database.ts'
import {
  addJob,
  changedValues,
  changeJob,
  type JobRow,
  recordColumns,
  recordOfRow,
} from './sqlite/job-rows.ts'
import { SqliteChanges } from './sqlite/sqlite-changes.ts'
import { SqliteDeadLetters } from './sqlite/sqlite-dead-letters.ts'
import { SqliteEvents } from './sqlite/sqlite-events.ts'
import { SqliteFigures } from './sqlite/sqlite-figures.ts'
import { SqliteForeignJobs } from './sqlite/sqlite-foreign-jobs.ts'
import { SqliteIdempotencyKeys } from './sqlite/sqlite-idempotency-keys.ts'
import { SqliteJobHistory } from './sqlite/sqlite-job-history.ts'
import { marks, queuedHere, SqliteJobList } from './sqlite/sqlite-job-list.ts'
import { SqliteLogs } from './sqlite/sqlite-logs.ts'
import { SqliteTokenStore } from './sqlite/sqlite-token-store.ts'
import { SqliteWebhookInbox } from './sqlite/sqlite-webhook-inbox.ts'
import { SqliteWebhookStore } from './sqlite/sqlite-webhook-store.ts'
import type { TokenStore } from './token-store.ts'
import type { WebhookInboxStore } from './webhook-inbox-store.ts'
import type { WebhookStore } from './webhook-store.ts'

export interface SqliteJobStoreOptions extends JobStoreOptions {
  /** Path of the database. It is made when it is not there, with its folder. */
  readonly file: string
}

/** Jobs in an SQLite database. Only one process may run jobs with it. */
export class SqliteJobStore implements JobStore {
  // All of them in the same database.
  readonly tokens: TokenStore
  readonly webhookInbox: WebhookInboxStore
  readonly webhooks: WebhookStore
  readonly figures: FigureStore
  readonly deadLetters: DeadLetterStore
  readonly foreign: SqliteForeignJobs
  readonly #changes: SqliteChanges
  readonly #database: Database
  readonly #events: SqliteEvents
  readonly #history: SqliteJobHistory
  readonly #keys: SqliteIdempotencyKeys
  readonly #list: SqliteJobList
  readonly #logs: SqliteLogs
  readonly #listeners = new EventListeners()

  /** @throws StoreError when the database cannot be opened, is not ours, or was written by a newer version. */
  constructor(options: SqliteJobStoreOptions) {
    const limits = jobStoreLimits(options)
    this.#database = new Database(options.file)
    this.#events = new SqliteEvents(this.#database)
    this.#history = new SqliteJobHistory(this.#database, limits)
    this.#keys = new SqliteIdempotencyKeys(this.#database)
    this.#list = new SqliteJobList(this.#database)
    this.#logs = new SqliteLogs(this.#database, limits)
    this.#changes = new SqliteChanges(this.#database, this.#events, this.#listeners)
    this.foreign = new SqliteForeignJobs({
      database: this.#database,
      changes: this.#changes,
      history: this.#history,
      logs: this.#logs,
      newId: options.newId ?? randomUUID,
      forgottenJobs: limits.forgottenJobs,
    })
    this.figures = new SqliteFigures(this.#database)
    this.deadLetters = new SqliteDeadLetters(this.#database)
    this.tokens = new SqliteTokenStore(this.#database)
    this.webhookInbox = new SqliteWebhookInbox(this.#database)
    this.webhooks = new SqliteWebhookStore(this.#database, this.#events)
  }

  create(
    submission: Submission,
    details: CreateDetails,
  ): { readonly job: JobRecord; readonly created: boolean } {
    const { id, at, idempotencyKey, admit } = details
    return this.#changes.make('disk', (tell) => {
      const earlier =
        idempotencyKey === undefined ? undefined : this.#keys.jobOf(idempotencyKey, submission, at)
      if (earlier !== undefined) return { job: this.get(earlier)!, created: false }
      admit?.()
      if (idempotencyKey !== undefined) this.#keys.keep(idempotencyKey, submission, id, at)
      const job = newJob(submission, details)
      const number = addJob(this.#database, job)
      const position = this.#list.positionOf(number, job)
      const time = job.submittedAt
      this.#history.addTransition(number, {
        from: null,
        to: job.status,
        at: time,
        cause: causeOfCreation(details),
      })
      tell({ type: 'job_submitted', at: time, job: id, summary: summaryOf(job, position) })
      return { job: { ...job, position }, created: true }
    })
  }

  get(id: string): JobRecord | undefined {
    const row = this.#rowOf(id)
    return row === undefined ? undefined : this.#recordOf(row)
  }

  list(query: JobQuery): Page<JobSummary> {
    return this.#list.page(query)
  }

  queue(limit: number): readonly JobRecord[] {
    const sql = `SELECT ${recordColumns} FROM jobs JOIN submissions ON job = number WHERE ${queuedHere}
      ORDER BY priority DESC, number LIMIT ?`
    return this.#database.all<JobRow>(sql, checkLimit(limit)).map((row, index) => recordOfRow(row, index + 1))
  }

  withStatus(...statuses: readonly JobStatus[]): readonly JobRecord[] {
    const sql = `SELECT ${recordColumns} FROM jobs JOIN submissions ON job = number
      WHERE status IN (${marks(statuses.length)}) AND provider = '${LOCAL}' ORDER BY number`
    return this.#database.all<JobRow>(sql, ...statuses).map((row) => this.#recordOf(row))
  }

  counts(): Readonly<Record<JobStatus, number>> {
    return this.#list.counts()
  }

  transition(id: string, to: JobStatus, details: TransitionDetails): JobRecord {
    return this.#changes.make('disk', (tell) => {
      const { number, job: before } = this.#find(id)
      const job = moved(before, to, details)
      this.#database.run(changeJob, ...changedValues(job, number))
      const position = this.#list.positionOf(number, job)
      const transition: JobTransition = {
        from: before.status,
        to,
        at: timeOf(details.at),
        cause: details.cause,
      }
      this.#history.addTransition(number, transition)
      tell({
        type: 'job_status_changed',
        at: transition.at,
        job: id,
        transition,
        summary: summaryOf(job, position),
      })
      return { ...job, position }
    })
  }

  patch(id: string, patch: JobPatch): JobRecord {
    return this.#changes.make(durabilityOf(patch), () => {
      const { number, job: before } = this.#find(id)
      const job = patched(before, patch)
      if (job !== before) this.#database.run(changeJob, ...changedValues(job, number))
      return { ...job, position: this.#list.positionOf(number, job) }
    })
  }

  transitions(id: string, page: PageQuery): Page<JobTransition> {
    return this.#history.transitions(this.#numberOf(id), page)
  }

  addCheckpoint(id: string, checkpoint: CheckpointInfo, at: number): void {
    this.#changes.make('disk', (tell) => {
      if (!this.#history.addCheckpoint(this.#ownNumberOf(id), checkpoint)) return
      tell({ type: 'job_checkpoint', at: timeOf(at), job: id, checkpoint })
    })
  }

  removeCheckpoint(id: string, location: string): void {
    this.#changes.make('disk', () => this.#history.removeCheckpoint(this.#ownNumberOf(id), location))
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    return this.#history.checkpoints(this.#ownNumberOf(id))
  }

  addLogs(id: string, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[] {
    return this.#changes.make('system', () => this.#logs.add(this.#ownNumberOf(id), lines))
  }

  logs(id: string, after: number, limit: number, filter: LogFilter = {}): LogPage {
    const number = this.#numberOf(id)
    return { lines: this.#logs.read(number, after, checkLimit(limit), filter), ...this.#logs.range(number) }
  }

  delete(id: string, at: number): void {
    this.#changes.make('disk', (tell) => {
      const number = this.#numberOf(id)
      const summary = this.#list.summary(number)
      this.foreign.forget(number)
      this.#database.run('DELETE FROM jobs WHERE number = ?', number)
      tell({ type: 'job_deleted', at: timeOf(at), job: id, summary })
    })
  }

  expired(before: number, limit: number): readonly string[] {
    return this.#list.expired(before, checkLimit(limit))
  }

  usedFiles(): ReadonlySet<string> {
    const rows = this.#database.all<{ hash: string }>('SELECT DISTINCT hash FROM program_files')
    return new Set(rows.map(({ hash }) => hash))
  }

  events(query: EventQuery): readonly JobEvent[] {
    checkLimit(query.limit)
    return this.#events.read(query)
  }

  eventRange(): NumberRange {
    return this.#events.range()
  }

  onEvents(listener: (last: number) => void): () => void {
    return this.#listeners.add(listener)
  }

  trimEvents(keep: number): void {
    this.#changes.make('system', () => this.#events.trim(keep))
  }

  /** Looks at the whole file. @returns what is wrong with it; nothing when it is in order. */
  check(): readonly string[] {
    return this.#database.check()
  }

  close(): void {
    this.#listeners.clear()
    this.foreign.close()
    this.#database.close()
  }

  #rowOf(id: string): JobRow | undefined {
    const sql = `SELECT ${recordColumns} FROM jobs JOIN submissions ON job = number WHERE jobs.id = ?`
    return this.#database.get<JobRow>(sql, id)
  }

  #recordOf(row: JobRow): JobRecord {
    return recordOfRow(row, this.#list.positionOf(row.number, row))
  }

  #find(id: string): { readonly number: number; readonly job: StoredJob } {
    const row = this.#rowOf(id)
    if (row === undefined) throw noJob(id)
    const { position: _, ...job } = recordOfRow(row, null)
    return { number: row.number, job }
  }

  #numberOf(id: string, more = ''): number {
    const row = this.#database.get<{ number: number }>(`SELECT number FROM jobs WHERE id = ?${more}`, id)
    if (row === undefined) throw noJob(id)
    return row.number
  }

  #ownNumberOf(id: string): number {
    return this.#numberOf(id, ` AND provider = '${LOCAL}'`)
  }
}

/** How a job's process gets on is told again soon; all else is not. */
function durabilityOf(patch: JobPatch): Durability {
  const lasting = Object.keys(patch).some((field) => field !== 'process' && field !== 'progress')
  return lasting ? 'disk' : 'system'
}
