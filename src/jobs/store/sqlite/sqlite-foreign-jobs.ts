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
import { type EventBody, LOCAL } from '../job-changes.ts'
import { statusOrder } from '../job-order.ts'
import { noJob, ownJobs } from '../refusals.ts'
import type { Database, Durability } from './database.ts'
import {
  addedForeignValues,
  addForeign,
  changedForeignValues,
  changeForeign,
  detailValues,
  foreignOfRow,
  type ForeignRow,
  keepDetails,
  selectForeign,
} from './foreign-rows.ts'
import { parsed, textColumn } from './job-rows.ts'
import type { SqliteChanges } from './sqlite-changes.ts'
import type { SqliteJobHistory } from './sqlite-job-history.ts'
import { SqliteLeases } from './sqlite-leases.ts'
import type { SqliteLogs } from './sqlite-logs.ts'

export interface SqliteForeignParts {
  readonly database: Database
  readonly changes: SqliteChanges
  readonly history: SqliteJobHistory
  readonly logs: SqliteLogs
  readonly newId: () => string
  /** Jobs that are not taken in again. */
  readonly forgottenJobs: number
}

interface Found {
  readonly number: number
  readonly job: ForeignRecord
}

/** What comes of an observation. */
interface Outcome {
  readonly created: Set<string>
  readonly updated: Set<string>
  readonly written: WrittenLines[]
}

/** An observation in its transaction. */
interface Observing extends ObserveDetails, Outcome {
  readonly provider: string
  readonly durability: Durability
  readonly tell: (event: EventBody) => void
}

/** In the words of the index `jobs_active_elsewhere`. */
const activeElsewhere = `external_id IS NOT NULL AND status IN (${statusOrder
  .filter(isActive)
  .map((status) => `'${status}'`)
  .join(', ')})`

/** Thrown in a transaction that has to be durable, and was not begun so. */
const lasting = new Error('to be done again, durably')

/** Jobs that run elsewhere, in the database of the jobs. */
export class SqliteForeignJobs implements ForeignJobStore {
  readonly #parts: SqliteForeignParts
  readonly #database: Database
  readonly #leases: SqliteLeases
  readonly #listeners = new EventListeners<WrittenLines>()

  constructor(parts: SqliteForeignParts) {
    this.#parts = parts
    this.#database = parts.database
    this.#leases = new SqliteLeases(parts.database)
  }

  observe(provider: string, jobs: readonly ObservedJob[], details: ObserveDetails): Observed {
    if (provider === LOCAL) throw ownJobs()
    // Most looks show nothing that has to be on disk.
    return this.#observe('system', provider, jobs, details) ?? this.#observe('disk', provider, jobs, details)!
  }

  notRefreshed(ids: readonly string[], why: string): void {
    const sql = `UPDATE foreign_jobs SET refresh_error = ?1 WHERE refresh_error IS NOT ?1
      AND job IN (SELECT number FROM jobs WHERE id IN (SELECT value FROM json_each(?2)))`
    this.#parts.changes.make('system', () => this.#database.run(sql, textColumn(why), JSON.stringify(ids)))
  }

  get(id: string): ForeignRecord | undefined {
    return this.#found('jobs.id = ?', id)?.job
  }

  find(provider: string, externalId: string): ForeignRecord | undefined {
    return this.#find(provider, externalId)?.job
  }

  active(
    provider: string,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): readonly ForeignReference[] {
    const sql = `SELECT number, id, external_id FROM jobs INDEXED BY jobs_active_elsewhere
      WHERE provider = ? AND number > ? AND ${activeElsewhere}
      ORDER BY number LIMIT ?`
    return this.#database
      .all<{ number: number; id: string; external_id: string }>(sql, provider, after, checkLimit(limit))
      .map(({ number, id, external_id }) => ({ number, id, externalId: parsed(external_id)! }))
  }

  activeCounts(): Readonly<Record<string, number>> {
    const sql = `SELECT provider, count(*) AS count FROM jobs INDEXED BY jobs_active_elsewhere
      WHERE ${activeElsewhere} GROUP BY provider`
    const rows = this.#database.all<{ provider: string; count: number }>(sql)
    return Object.fromEntries(rows.map(({ provider, count }) => [provider, count]))
  }

  addLogs(id: string, after: number, lines: readonly ObservedLine[], at: number): readonly LogLine[] {
    const written = this.#parts.changes.make('system', () => {
      const found = this.#found('jobs.id = ?', id)
      if (found === undefined) throw noJob(id)
      return this.#addLines(found, after, lines, at)
    })
    if (written.length > 0) this.#listeners.tell({ job: id, lines: written })
    return written
  }

  onLogs(listener: (written: WrittenLines) => void): () => void {
    return this.#listeners.add(listener)
  }

  lease(name: string, owner: string, at: number, until: number): boolean {
    return this.#leases.lease(name, owner, at, until)
  }

  release(name: string, owner: string): void {
    this.#leases.release(name, owner)
  }

  /** Within the transaction in which a job is deleted. */
  forget(number: number): void {
    const forget = `INSERT OR IGNORE INTO forgotten_jobs (provider, external_id)
      SELECT provider, external_id FROM jobs WHERE number = ? AND external_id IS NOT NULL`
    if (this.#database.run(forget, number).changes === 0) return
    const trim = 'DELETE FROM forgotten_jobs WHERE number <= (SELECT max(number) FROM forgotten_jobs) - ?'
    this.#database.run(trim, this.#parts.forgottenJobs)
  }

  close(): void {
    this.#listeners.clear()
  }

  /** Undefined: something has changed that has to be on disk. Then nothing is done. */
  #observe(
    durability: Durability,
    provider: string,
    jobs: readonly ObservedJob[],
    details: ObserveDetails,
  ): Observed | undefined {
    const outcome: Outcome = { created: new Set(), updated: new Set(), written: [] }
    try {
      this.#parts.changes.make(durability, (tell) => {
        const observing = { ...details, ...outcome, provider, durability, tell }
        // Jobs are numbered as they are made: the oldest first.
        for (const seen of jobs.toReversed()) this.#observeOne(seen, observing)
      })
    } catch (error) {
      if (error === lasting) return undefined
      throw error
    }
    for (const written of outcome.written) this.#listeners.tell(written)
    return { created: [...outcome.created], updated: [...outcome.updated] }
  }

  #observeOne(seen: ObservedJob, observing: Observing): void {
    const { provider, create, at, durability, written } = observing
    const found = this.#find(provider, seen.externalId)
    if (found === undefined && (!create || this.#isForgotten(provider, seen.externalId))) return
    // Before an id is made for it.
    if (found === undefined && durability === 'system') throw lasting
    const job =
      found === undefined
        ? newForeignJob(seen, { id: this.#parts.newId(), provider, at })
        : observedJob(found.job, seen, at)
    if (job === undefined) return
    const isNews = job.revision !== found?.job.revision
    if (isNews && durability === 'system') throw lasting
    const number = isNews ? this.#keep(found, job, observing) : found.number
    this.#database.run(keepDetails, ...detailValues(job, number))
    const lines = this.#addLines({ number, job }, 0, seen.logs ?? [], at)
    if (lines.length > 0) written.push({ job: job.id, lines })
  }

  /** @returns its number. */
  #keep(before: Found | undefined, job: ForeignRecord, observing: Observing): number {
    const number = before?.number ?? this.#database.run(addForeign, ...addedForeignValues(job)).rowId
    if (before !== undefined) this.#database.run(changeForeign, ...changedForeignValues(job, number))
    const transition = transitionBetween(before?.job, job, observing)
    if (transition !== undefined) {
      this.#parts.history.addTransition(number, transition)
      observing.tell(eventOf(job, transition))
    }
    if (before === undefined) observing.created.add(job.id)
    else if (!observing.created.has(job.id)) observing.updated.add(job.id)
    return number
  }

  #addLines(
    { number, job }: Found,
    after: number,
    lines: readonly ObservedLine[],
    at: number,
  ): readonly LogLine[] {
    const { added, known } = newLines(job.logLines, after, lines, at)
    if (added.length === 0) return []
    this.#database.run('UPDATE foreign_jobs SET log_lines = ? WHERE job = ?', known, number)
    return this.#parts.logs.add(number, added)
  }

  #isForgotten(provider: string, externalId: string): boolean {
    const sql = 'SELECT number FROM forgotten_jobs WHERE provider = ? AND external_id = ?'
    return this.#database.get(sql, provider, textColumn(externalId)) !== undefined
  }

  #find(provider: string, externalId: string): Found | undefined {
    return this.#found('provider = ? AND external_id = ?', provider, textColumn(externalId))
  }

  #found(condition: string, ...values: readonly string[]): Found | undefined {
    const row = this.#database.get<ForeignRow>(`${selectForeign} WHERE ${condition}`, ...values)
    return row === undefined ? undefined : { number: row.number, job: foreignOfRow(row) }
  }
}
