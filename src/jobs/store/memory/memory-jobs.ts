import type { JobTransition, LogLine } from '../../../protocol/job-info.ts'
import { EventListeners } from '../event-listeners.ts'
import type { EventBody } from '../job-changes.ts'
import type { JobStoreLimits } from '../job-store-options.ts'
import { logText } from '../log-text.ts'
import { closed, noJob } from '../refusals.ts'
import { MemoryEvents } from './memory-events.ts'
import { type ForeignMemoryJob, isForeign, isOwn, type MemoryJob, type OwnMemoryJob } from './memory-job.ts'

/** All jobs of a store in memory, and what has happened to them. */
export class MemoryJobs {
  readonly events: MemoryEvents = new MemoryEvents()
  readonly listeners: EventListeners = new EventListeners()
  readonly limits: JobStoreLimits
  /** Oldest first. */
  readonly #entries = new Map<string, MemoryJob>()
  #lastNumber = 0
  #closed = false

  constructor(limits: JobStoreLimits) {
    this.limits = limits
  }

  get all(): readonly MemoryJob[] {
    this.checkOpen()
    return [...this.#entries.values()]
  }

  get own(): readonly OwnMemoryJob[] {
    return this.all.filter(isOwn)
  }

  get foreign(): readonly ForeignMemoryJob[] {
    return this.all.filter(isForeign)
  }

  get(id: string): MemoryJob | undefined {
    this.checkOpen()
    return this.#entries.get(id)
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  /** @throws JobNotFoundError */
  find(id: string): MemoryJob {
    const entry = this.get(id)
    if (entry === undefined) throw noJob(id)
    return entry
  }

  /** @throws JobNotFoundError also for a job that runs elsewhere */
  findOwn(id: string): OwnMemoryJob {
    const entry = this.find(id)
    if (!isOwn(entry)) throw noJob(id)
    return entry
  }

  add<Job extends MemoryJob['job']>(job: Job): MemoryJob<Job> {
    const entry: MemoryJob<Job> = {
      number: ++this.#lastNumber,
      job,
      transitions: [],
      logs: [],
      lastLog: 0,
      checkpoints: new Map(),
    }
    this.#entries.set(job.id, entry)
    return entry
  }

  delete(id: string): void {
    this.#entries.delete(id)
  }

  addTransition({ transitions }: MemoryJob, transition: JobTransition): void {
    transitions.push({ seq: (transitions.at(-1)?.seq ?? 0) + 1, transition })
    transitions.splice(0, transitions.length - this.limits.transitions)
  }

  /** @returns lines as they are kept. */
  addLines(entry: MemoryJob, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[] {
    const written = lines.map(({ at, stream, text }) => ({
      seq: ++entry.lastLog,
      at,
      stream,
      text: logText(text, this.limits.logLineBytes),
    }))
    entry.logs.push(...written)
    entry.logs.splice(0, entry.logs.length - this.limits.logLines)
    return written
  }

  tell(event: EventBody): void {
    this.listeners.tell(this.events.add(event))
  }

  checkOpen(): void {
    if (this.#closed) throw closed()
  }

  close(): void {
    this.listeners.clear()
    this.#closed = true
  }
}
