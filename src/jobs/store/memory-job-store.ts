import type { JobStatus } from '../../job/job-status.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { CheckpointInfo, JobSummary, JobTransition, LogLine } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import type { Submission } from '../../protocol/submission.ts'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import type { FigureStore } from '../figures/figure-store.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from './cursor.ts'
import { causeOfCreation, moved, newJob, patched, summaryOf, timeOf } from './job-changes.ts'
import { statusOrder } from './job-order.ts'
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
import { type LogFilter, passesFilter } from './log-filter.ts'
import { MemoryDeadLetters } from './memory/memory-dead-letters.ts'
import { MemoryFigures } from './memory/memory-figures.ts'
import { MemoryForeignJobs } from './memory/memory-foreign-jobs.ts'
import { MemoryIdempotencyKeys } from './memory/memory-idempotency-keys.ts'
import { isOwn, type MemoryJob, type OwnMemoryJob } from './memory/memory-job.ts'
import { pageOfJobs } from './memory/memory-job-list.ts'
import { MemoryJobs } from './memory/memory-jobs.ts'
import { MemoryTokenStore } from './memory/memory-token-store.ts'
import { MemoryWebhookInbox } from './memory/memory-webhook-inbox.ts'
import type { TokenStore } from './token-store.ts'
import type { WebhookInboxStore } from './webhook-inbox-store.ts'

/** Jobs in memory, for tests and for programs that forget them when they end. */
export class MemoryJobStore implements JobStore {
  readonly tokens: TokenStore = new MemoryTokenStore()
  readonly webhookInbox: WebhookInboxStore = new MemoryWebhookInbox()
  readonly figures: FigureStore
  readonly deadLetters: DeadLetterStore
  readonly foreign: MemoryForeignJobs
  readonly #jobs: MemoryJobs
  readonly #keys: MemoryIdempotencyKeys

  constructor(options: JobStoreOptions = {}) {
    const jobs = new MemoryJobs(jobStoreLimits(options))
    this.#jobs = jobs
    this.#keys = new MemoryIdempotencyKeys((job) => jobs.has(job))
    this.figures = new MemoryFigures(jobs)
    this.deadLetters = new MemoryDeadLetters(jobs)
    this.foreign = new MemoryForeignJobs(jobs, options.newId)
  }

  create(
    submission: Submission,
    details: CreateDetails,
  ): { readonly job: JobRecord; readonly created: boolean } {
    this.#jobs.checkOpen()
    const { id, at, idempotencyKey, admit } = details
    const earlier =
      idempotencyKey === undefined ? undefined : this.#keys.jobOf(idempotencyKey, submission, at)
    if (earlier !== undefined) return { job: this.get(earlier)!, created: false }
    admit?.()
    if (idempotencyKey !== undefined) this.#keys.keep(idempotencyKey, submission, id, at)
    const job = newJob(submission, details)
    const entry = this.#jobs.add(job)
    this.#jobs.addTransition(entry, {
      from: null,
      to: job.status,
      at: job.submittedAt,
      cause: causeOfCreation(details),
    })
    const record = this.#recordOf(entry)
    this.#jobs.tell({
      type: 'job_submitted',
      at: job.submittedAt,
      job: id,
      summary: summaryOf(job, record.position),
    })
    return { job: record, created: true }
  }

  get(id: string): JobRecord | undefined {
    const entry = this.#jobs.get(id)
    return entry === undefined || !isOwn(entry) ? undefined : this.#recordOf(entry)
  }

  list(query: JobQuery): Page<JobSummary> {
    return pageOfJobs(this.#jobs.all, query, (entry) => (isOwn(entry) ? this.#positionOf(entry) : null))
  }

  queue(limit: number): readonly JobRecord[] {
    return this.#queued()
      .slice(0, checkLimit(limit))
      .map((entry) => this.#recordOf(entry))
  }

  withStatus(...statuses: readonly JobStatus[]): readonly JobRecord[] {
    return this.#jobs.own
      .filter(({ job }) => statuses.includes(job.status))
      .map((entry) => this.#recordOf(entry))
  }

  counts(): Readonly<Record<JobStatus, number>> {
    const counts = Object.fromEntries(statusOrder.map((status) => [status, 0]))
    for (const { job } of this.#jobs.own) counts[job.status]!++
    return counts as Record<JobStatus, number>
  }

  transition(id: string, to: JobStatus, details: TransitionDetails): JobRecord {
    const { at, cause } = details
    const entry = this.#jobs.findOwn(id)
    const transition: JobTransition = { from: entry.job.status, to, at: timeOf(at), cause }
    entry.job = moved(entry.job, to, details)
    this.#jobs.addTransition(entry, transition)
    const record = this.#recordOf(entry)
    this.#jobs.tell({
      type: 'job_status_changed',
      at: transition.at,
      job: id,
      transition,
      summary: summaryOf(entry.job, record.position),
    })
    return record
  }

  patch(id: string, patch: JobPatch): JobRecord {
    const entry = this.#jobs.findOwn(id)
    entry.job = patched(entry.job, patch)
    return this.#recordOf(entry)
  }

  transitions(id: string, { cursor, limit }: PageQuery): Page<JobTransition> {
    checkLimit(limit, MOST_ITEMS)
    const { transitions } = this.#jobs.find(id)
    const after = cursor === undefined ? 0 : lastOf('transitions', cursor)
    const rest = transitions.filter(({ seq }) => seq > after)
    const shown = rest.slice(0, limit)
    return {
      items: shown.map(({ transition }) => transition),
      next: rest.length > limit ? cursorOf('transitions', shown.at(-1)!.seq) : null,
      total: transitions.length,
    }
  }

  addCheckpoint(id: string, checkpoint: CheckpointInfo, at: number): void {
    const { checkpoints } = this.#jobs.findOwn(id)
    const kept = { ...checkpoint }
    if (JSON.stringify(checkpoints.get(kept.location)) === JSON.stringify(kept)) return
    checkpoints.set(kept.location, kept)
    this.#jobs.tell({ type: 'job_checkpoint', at: timeOf(at), job: id, checkpoint: kept })
  }

  removeCheckpoint(id: string, location: string): void {
    this.#jobs.findOwn(id).checkpoints.delete(location)
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    return [...this.#jobs.findOwn(id).checkpoints.values()].sort(
      (a, b) => b.id - a.id || (a.location < b.location ? 1 : -1),
    )
  }

  addLogs(id: string, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[] {
    return this.#jobs.addLines(this.#jobs.findOwn(id), lines)
  }

  logs(id: string, after: number, limit: number, filter: LogFilter = {}): LogPage {
    const { logs, lastLog } = this.#jobs.find(id)
    const wanted = logs.filter((line) => line.seq > after && passesFilter(line, filter))
    const from = Math.max(0, wanted.length - (filter.last ?? Infinity))
    return {
      lines: wanted.slice(from, from + checkLimit(limit)),
      first: logs[0]?.seq ?? 0,
      last: lastLog,
    }
  }

  delete(id: string, at: number): void {
    const entry = this.#jobs.find(id)
    this.foreign.forget(entry)
    this.#jobs.delete(id)
    this.#jobs.tell({ type: 'job_deleted', at: timeOf(at), job: id, summary: summaryOf(entry.job, null) })
  }

  expired(before: number, limit: number): readonly string[] {
    const endOf = ({ job }: MemoryJob): number => (job.endedAt === null ? Infinity : Date.parse(job.endedAt))
    return this.#jobs.all
      .filter((entry) => endOf(entry) < before && entry.job.status !== 'stopped')
      .sort((a, b) => endOf(a) - endOf(b) || a.number - b.number)
      .slice(0, checkLimit(limit))
      .map(({ job }) => job.id)
  }

  usedFiles(): ReadonlySet<string> {
    return new Set(this.#jobs.own.flatMap(({ job }) => job.submission.program.files.map(({ hash }) => hash)))
  }

  events(query: EventQuery): readonly JobEvent[] {
    this.#jobs.checkOpen()
    checkLimit(query.limit)
    return this.#jobs.events.read(query)
  }

  eventRange(): NumberRange {
    this.#jobs.checkOpen()
    return this.#jobs.events.range()
  }

  onEvents(listener: (last: number) => void): () => void {
    return this.#jobs.listeners.add(listener)
  }

  trimEvents(keep: number): void {
    this.#jobs.checkOpen()
    this.#jobs.events.trim(keep)
  }

  close(): void {
    this.foreign.close()
    this.#jobs.close()
  }

  #queued(): readonly OwnMemoryJob[] {
    return this.#jobs.own
      .filter(({ job }) => job.status === 'queued')
      .sort((a, b) => b.job.priority - a.job.priority || a.number - b.number)
  }

  #positionOf(entry: OwnMemoryJob): number | null {
    return entry.job.status === 'queued' ? this.#queued().indexOf(entry) + 1 : null
  }

  #recordOf(entry: OwnMemoryJob): JobRecord {
    return { ...entry.job, position: this.#positionOf(entry) }
  }
}
