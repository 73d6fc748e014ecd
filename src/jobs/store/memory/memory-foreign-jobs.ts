import { randomUUID } from 'node:crypto'
import { isActive } from '../../../job/job-status.ts'
import type { ObservedJob, ObservedLine } from '../../../providers/job-provider.ts'
import type { LogLine } from '../../../protocol/job-info.ts'
import { checkLimit } from '../cursor.ts'
import { EventListeners } from '../event-listeners.ts'
import { eventOf, newForeignJob, newLines, observedJob, transitionBetween } from '../foreign-changes.ts'
import type {
  ForeignJobStore,
  ForeignRecord,
  ForeignReference,
  Observed,
  ObserveDetails,
  WrittenLines,
} from '../foreign-job-store.ts'
import { LOCAL } from '../job-changes.ts'
import { noJob, ownJobs } from '../refusals.ts'
import { type ForeignMemoryJob, isForeign, type MemoryJob } from './memory-job.ts'
import type { MemoryJobs } from './memory-jobs.ts'
import { MemoryLeases } from './memory-leases.ts'

/** Jobs that run elsewhere, in memory. */
export class MemoryForeignJobs implements ForeignJobStore {
  readonly #jobs: MemoryJobs
  readonly #newId: () => string
  readonly #listeners = new EventListeners<WrittenLines>()
  readonly #leases = new MemoryLeases()
  /** Jobs by their provider and what it calls them. */
  readonly #entries = new Map<string, ForeignMemoryJob>()
  /** Those that were deleted, the last of them last. */
  readonly #forgotten = new Set<string>()

  constructor(jobs: MemoryJobs, newId: () => string = randomUUID) {
    this.#jobs = jobs
    this.#newId = newId
  }

  observe(provider: string, jobs: readonly ObservedJob[], details: ObserveDetails): Observed {
    if (provider === LOCAL) throw ownJobs()
    this.#jobs.checkOpen()
    const created = new Set<string>()
    const updated = new Set<string>()
    const written: WrittenLines[] = []
    let lastEvent = 0
    // Jobs are numbered as they are made: the oldest first.
    for (const seen of jobs.toReversed()) {
      const found = this.#entries.get(keyOf(provider, seen.externalId))
      const next = this.#next(found, provider, seen, details)
      if (next === undefined) continue
      const before = found?.job
      const entry = found ?? this.#add(next)
      entry.job = next
      const transition = transitionBetween(before, next, details)
      if (transition !== undefined) {
        this.#jobs.addTransition(entry, transition)
        lastEvent = this.#jobs.events.add(eventOf(next, transition))
      }
      if (before === undefined) created.add(next.id)
      else if (next.revision !== before.revision && !created.has(next.id)) updated.add(next.id)
      const lines = this.#addLines(entry, 0, seen.logs ?? [], details.at)
      if (lines.length > 0) written.push({ job: next.id, lines })
    }
    if (lastEvent > 0) this.#jobs.listeners.tell(lastEvent)
    for (const lines of written) this.#listeners.tell(lines)
    return { created: [...created], updated: [...updated] }
  }

  notRefreshed(ids: readonly string[], why: string): void {
    for (const id of ids) {
      const entry = this.#jobs.get(id)
      if (entry === undefined || !isForeign(entry)) continue
      entry.job = { ...entry.job, foreign: { ...entry.job.foreign, refreshError: why } }
    }
  }

  get(id: string): ForeignRecord | undefined {
    const entry = this.#jobs.get(id)
    return entry === undefined || !isForeign(entry) ? undefined : entry.job
  }

  find(provider: string, externalId: string): ForeignRecord | undefined {
    this.#jobs.checkOpen()
    return this.#entries.get(keyOf(provider, externalId))?.job
  }

  active(
    provider: string,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): readonly ForeignReference[] {
    return this.#active()
      .filter(({ number, job }) => job.provider === provider && number > after)
      .slice(0, checkLimit(limit))
      .map(({ number, job: { id, externalId } }) => ({ number, id, externalId }))
  }

  activeCounts(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>()
    for (const { job } of this.#active()) counts.set(job.provider, (counts.get(job.provider) ?? 0) + 1)
    return Object.fromEntries(counts)
  }

  addLogs(id: string, after: number, lines: readonly ObservedLine[], at: number): readonly LogLine[] {
    const entry = this.#jobs.find(id)
    if (!isForeign(entry)) throw noJob(id)
    const written = this.#addLines(entry, after, lines, at)
    if (written.length > 0) this.#listeners.tell({ job: id, lines: written })
    return written
  }

  onLogs(listener: (written: WrittenLines) => void): () => void {
    return this.#listeners.add(listener)
  }

  lease(name: string, owner: string, at: number, until: number): boolean {
    this.#jobs.checkOpen()
    return this.#leases.lease(name, owner, at, until)
  }

  release(name: string, owner: string): void {
    this.#jobs.checkOpen()
    this.#leases.release(name, owner)
  }

  /** The job was deleted. */
  forget({ job }: MemoryJob): void {
    if (job.externalId === null) return
    const key = keyOf(job.provider, job.externalId)
    this.#entries.delete(key)
    this.#forgotten.add(key)
    const [oldest] = this.#forgotten
    if (this.#forgotten.size > this.#jobs.limits.forgottenJobs) this.#forgotten.delete(oldest!)
  }

  close(): void {
    this.#listeners.clear()
  }

  #next(
    found: ForeignMemoryJob | undefined,
    provider: string,
    seen: ObservedJob,
    { at, create }: ObserveDetails,
  ): ForeignRecord | undefined {
    if (found !== undefined) return observedJob(found.job, seen, at)
    if (!create || this.#forgotten.has(keyOf(provider, seen.externalId))) return undefined
    return newForeignJob(seen, { id: this.#newId(), provider, at })
  }

  #add(job: ForeignRecord): ForeignMemoryJob {
    const entry = this.#jobs.add(job)
    this.#entries.set(keyOf(job.provider, job.externalId), entry)
    return entry
  }

  #addLines(
    entry: ForeignMemoryJob,
    after: number,
    lines: readonly ObservedLine[],
    at: number,
  ): readonly LogLine[] {
    const { added, known } = newLines(entry.job.logLines, after, lines, at)
    entry.job = { ...entry.job, logLines: known }
    return this.#jobs.addLines(entry, added)
  }

  #active(): readonly ForeignMemoryJob[] {
    return this.#jobs.foreign.filter(({ job }) => isActive(job.status))
  }
}

const keyOf = (provider: string, externalId: string): string => `${provider} ${externalId}`
