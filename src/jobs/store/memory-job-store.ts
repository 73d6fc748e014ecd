import { type JobStatus, transitions as table } from '../../job/job-status.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { CheckpointInfo, JobSummary, JobTransition, LogLine } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import type { Submission } from '../../protocol/submission.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from './cursor.ts'
import { EventListeners } from './event-listeners.ts'
import { causeOfCreation, type EventBody, moved, newJob, patched, summaryOf, timeOf } from './job-changes.ts'
import { jobStoreLimits, type JobStoreLimits, type JobStoreOptions } from './job-store-options.ts'
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
import { logText } from './log-text.ts'
import { MemoryEvents } from './memory/memory-events.ts'
import { MemoryIdempotencyKeys } from './memory/memory-idempotency-keys.ts'
import { type MemoryJob, newMemoryJob } from './memory/memory-job.ts'
import { pageOfJobs } from './memory/memory-job-list.ts'
import { MemoryTokenStore } from './memory/memory-token-store.ts'
import { closed, noJob } from './refusals.ts'
import type { TokenStore } from './token-store.ts'

/** Jobs in memory, for tests and for programs that forget them when they end. */
export class MemoryJobStore implements JobStore {
  readonly tokens: TokenStore = new MemoryTokenStore()
  readonly #limits: JobStoreLimits
  /** Oldest first. */
  readonly #entries = new Map<string, MemoryJob>()
  readonly #keys = new MemoryIdempotencyKeys((job) => this.#entries.has(job))
  readonly #events = new MemoryEvents()
  #lastNumber = 0
  #closed = false
  readonly #listeners = new EventListeners()

  constructor(options: JobStoreOptions = {}) {
    this.#limits = jobStoreLimits(options)
  }

  create(
    submission: Submission,
    details: CreateDetails,
  ): { readonly job: JobRecord; readonly created: boolean } {
    this.#checkOpen()
    const { id, at, idempotencyKey, admit } = details
    const earlier =
      idempotencyKey === undefined ? undefined : this.#keys.jobOf(idempotencyKey, submission, at)
    if (earlier !== undefined) return { job: this.get(earlier)!, created: false }
    admit?.()
    if (idempotencyKey !== undefined) this.#keys.keep(idempotencyKey, submission, id, at)
    const job = newJob(submission, details)
    const entry = newMemoryJob(++this.#lastNumber, job)
    this.#entries.set(id, entry)
    this.#addTransition(entry, {
      from: null,
      to: job.status,
      at: job.submittedAt,
      cause: causeOfCreation(details),
    })
    const record = this.#recordOf(entry)
    this.#tell({
      type: 'job_submitted',
      at: job.submittedAt,
      job: id,
      summary: summaryOf(job, record.position),
    })
    return { job: record, created: true }
  }

  get(id: string): JobRecord | undefined {
    this.#checkOpen()
    const entry = this.#entries.get(id)
    return entry && this.#recordOf(entry)
  }

  list(query: JobQuery): Page<JobSummary> {
    this.#checkOpen()
    return pageOfJobs([...this.#entries.values()], query, (entry) => this.#positionOf(entry))
  }

  queue(limit: number): readonly JobRecord[] {
    this.#checkOpen()
    return this.#queued()
      .slice(0, checkLimit(limit))
      .map((entry) => this.#recordOf(entry))
  }

  withStatus(...statuses: readonly JobStatus[]): readonly JobRecord[] {
    this.#checkOpen()
    return [...this.#entries.values()]
      .filter(({ job }) => statuses.includes(job.status))
      .map((entry) => this.#recordOf(entry))
  }

  counts(): Readonly<Record<JobStatus, number>> {
    this.#checkOpen()
    const counts = Object.fromEntries(Object.keys(table).map((status) => [status, 0]))
    for (const { job } of this.#entries.values()) counts[job.status]!++
    return counts as Record<JobStatus, number>
  }

  transition(id: string, to: JobStatus, details: TransitionDetails): JobRecord {
    const { at, cause } = details
    const entry = this.#find(id)
    const transition: JobTransition = { from: entry.job.status, to, at: timeOf(at), cause }
    entry.job = moved(entry.job, to, details)
    this.#addTransition(entry, transition)
    const record = this.#recordOf(entry)
    this.#tell({
      type: 'job_status_changed',
      at: transition.at,
      job: id,
      transition,
      summary: summaryOf(entry.job, record.position),
    })
    return record
  }

  patch(id: string, patch: JobPatch): JobRecord {
    const entry = this.#find(id)
    entry.job = patched(entry.job, patch)
    return this.#recordOf(entry)
  }

  transitions(id: string, { cursor, limit }: PageQuery): Page<JobTransition> {
    checkLimit(limit, MOST_ITEMS)
    const { transitions } = this.#find(id)
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
    const { checkpoints } = this.#find(id)
    const kept = { ...checkpoint }
    if (JSON.stringify(checkpoints.get(kept.location)) === JSON.stringify(kept)) return
    checkpoints.set(kept.location, kept)
    this.#tell({ type: 'job_checkpoint', at: timeOf(at), job: id, checkpoint: kept })
  }

  removeCheckpoint(id: string, location: string): void {
    this.#find(id).checkpoints.delete(location)
  }

  checkpoints(id: string): readonly CheckpointInfo[] {
    return [...this.#find(id).checkpoints.values()].sort(
      (a, b) => b.id - a.id || (a.location < b.location ? 1 : -1),
    )
  }

  addLogs(id: string, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[] {
    const entry = this.#find(id)
    const written = lines.map(({ at, stream, text }) => ({
      seq: ++entry.lastLog,
      at,
      stream,
      text: logText(text, this.#limits.logLineBytes),
    }))
    entry.logs.push(...written)
    entry.logs.splice(0, entry.logs.length - this.#limits.logLines)
    return written
  }

  logs(id: string, after: number, limit: number, filter: LogFilter = {}): LogPage {
    const { logs, lastLog } = this.#find(id)
    const wanted = logs.filter((line) => line.seq > after && passesFilter(line, filter))
    const from = Math.max(0, wanted.length - (filter.last ?? Infinity))
    return {
      lines: wanted.slice(from, from + checkLimit(limit)),
      first: logs[0]?.seq ?? 0,
      last: lastLog,
    }
  }

  delete(id: string, at: number): void {
    this.#find(id)
    this.#entries.delete(id)
    this.#tell({ type: 'job_deleted', at: timeOf(at), job: id })
  }

  expired(before: number, limit: number): readonly string[] {
    this.#checkOpen()
    const endOf = ({ job }: MemoryJob): number => (job.endedAt === null ? Infinity : Date.parse(job.endedAt))
    return [...this.#entries.values()]
      .filter((entry) => endOf(entry) < before && entry.job.status !== 'stopped')
      .sort((a, b) => endOf(a) - endOf(b) || a.number - b.number)
      .slice(0, checkLimit(limit))
      .map(({ job }) => job.id)
  }

  usedFiles(): ReadonlySet<string> {
    this.#checkOpen()
    const jobs = [...this.#entries.values()]
    return new Set(jobs.flatMap(({ job }) => job.submission.program.files.map(({ hash }) => hash)))
  }

  events(query: EventQuery): readonly JobEvent[] {
    this.#checkOpen()
    checkLimit(query.limit)
    return this.#events.read(query)
  }

  eventRange(): NumberRange {
    this.#checkOpen()
    return this.#events.range()
  }

  onEvents(listener: (last: number) => void): () => void {
    return this.#listeners.add(listener)
  }

  trimEvents(keep: number): void {
    this.#checkOpen()
    this.#events.trim(keep)
  }

  close(): void {
    this.#listeners.clear()
    this.#closed = true
  }

  #checkOpen(): void {
    if (this.#closed) throw closed()
  }

  #find(id: string): MemoryJob {
    this.#checkOpen()
    const entry = this.#entries.get(id)
    if (entry === undefined) throw noJob(id)
    return entry
  }

  #addTransition({ transitions }: MemoryJob, transition: JobTransition): void {
    transitions.push({ seq: (transitions.at(-1)?.seq ?? 0) + 1, transition })
    transitions.splice(0, transitions.length - this.#limits.transitions)
  }

  #tell(event: EventBody): void {
    this.#listeners.tell(this.#events.add(event))
  }

  #queued(): readonly MemoryJob[] {
    return [...this.#entries.values()]
      .filter(({ job }) => job.status === 'queued')
      .sort((a, b) => b.job.priority - a.job.priority || a.number - b.number)
  }

  #positionOf(entry: MemoryJob): number | null {
    return entry.job.status === 'queued' ? this.#queued().indexOf(entry) + 1 : null
  }

  #recordOf(entry: MemoryJob): JobRecord {
    return { ...entry.job, position: this.#positionOf(entry) }
  }
}
