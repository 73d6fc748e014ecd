import type { JobEvent } from '../../../protocol/job-event.ts'
import type { EventBody } from '../job-changes.ts'
import type { EventQuery, NumberRange } from '../job-store.ts'
import type { Database } from './database.ts'

/** Events that are kept for webhook subscriptions which are slow to take them, the newest. */
const MOST_HELD = 1_000_000

/** The events of a database. Their numbers go on after a restart, and when all before have gone. */
export class SqliteEvents {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Within the transaction of what it tells. @returns its number. */
  add(event: EventBody): number {
    const sql = 'INSERT INTO events (job, event) VALUES (?, ?)'
    return this.#database.run(sql, event.job, JSON.stringify(event)).rowId
  }

  read({ since, limit, job }: EventQuery): readonly JobEvent[] {
    const sql =
      job === undefined
        ? 'SELECT id, event FROM events WHERE id > ? ORDER BY id LIMIT ?'
        : 'SELECT id, event FROM events WHERE id > ? AND job = ? ORDER BY id LIMIT ?'
    const values = job === undefined ? [since, limit] : [since, job, limit]
    return this.#database
      .all<{ id: number; event: string }>(sql, ...values)
      .map(({ id, event }) => ({ ...(JSON.parse(event) as EventBody), id }))
  }

  range(): NumberRange {
    const sequence = this.#database.get<{ seq: number }>(
      `SELECT seq FROM sqlite_sequence WHERE name = 'events'`,
    )
    if (sequence === undefined) return { first: 0, last: 0 }
    const oldest = this.#database.get<{ first: number | null }>('SELECT min(id) AS first FROM events')!.first
    return { first: oldest ?? sequence.seq + 1, last: sequence.seq }
  }

  /** Keeps the newest so many, and those that webhook subscriptions have still to be told of. */
  trim(keep: number): void {
    const { last } = this.range()
    const sql = 'SELECT min(position) AS told FROM webhook_subscriptions WHERE enabled = 1'
    const told = this.#database.get<{ told: number | null }>(sql)!.told ?? last
    const held = Math.max(told, last - MOST_HELD)
    this.#database.run('DELETE FROM events WHERE id <= ?', Math.min(last - keep, held))
  }
}
