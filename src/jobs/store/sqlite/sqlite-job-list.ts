import type { JobStatus } from '../../../job/job-status.ts'
import type { JobSummary } from '../../../protocol/job-info.ts'
import type { Page } from '../../../protocol/page.ts'
import { checkLimit, jobCursorOf, jobPageEndOf, MOST_ITEMS } from '../cursor.ts'
import { searchText } from '../job-changes.ts'
import { jobOrder, valueIn } from '../job-order.ts'
import type { JobQuery } from '../job-store.ts'
import type { Database, SqlValue } from './database.ts'
import { nameColumn, summaryColumns, summaryOfRow, type SummaryRow } from './job-rows.ts'
import { behind, orderBy } from './job-order-sql.ts'

/** Pages of jobs, and places in the queue, found by indices alone. */
export class SqliteJobList {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  page(query: JobQuery): Page<JobSummary> {
    const limit = checkLimit(query.limit, MOST_ITEMS)
    const order = jobOrder(query.sort)
    const end = query.cursor === undefined ? undefined : jobPageEndOf(order, query.cursor)
    const now = end?.now ?? query.now ?? Number.MAX_SAFE_INTEGER
    const { conditions, values } = matching(query)
    const from = end === undefined ? { sql: [], values: [] } : behind(order, end)
    const by = orderBy(order, now)
    const rows = this.#database.all<SummaryRow>(
      `SELECT ${summaryColumns} FROM jobs WHERE number IN (
        SELECT number FROM jobs ${where([...conditions, ...from.sql])} ${by.sql} LIMIT ?) ${by.sql}`,
      ...values,
      ...from.values,
      ...by.values,
      limit + 1,
      ...by.values,
    )
    const positions = this.#positionsOf(rows.slice(0, limit))
    const items = rows.slice(0, limit).map((row) => summaryOfRow(row, positions.get(row.number) ?? null))
    const total = `SELECT count(*) AS total FROM jobs ${where(conditions)}`
    const last = items.at(-1)
    return {
      items,
      next:
        last !== undefined && rows.length > limit
          ? jobCursorOf(order, { value: valueIn(order, last, now), number: rows[limit - 1]!.number, now })
          : null,
      total: this.#database.get<{ total: number }>(total, ...values)!.total,
    }
  }

  /** A job's place in the queue, from 1; null when it is not queued. */
  positionOf(
    number: number,
    { status, priority }: { readonly status: JobStatus; readonly priority: number },
  ): number | null {
    if (status !== 'queued') return null
    const sql = `SELECT (SELECT count(*) FROM jobs WHERE status = 'queued' AND priority > ?)
      + (SELECT count(*) FROM jobs WHERE status = 'queued' AND priority = ? AND number <= ?) AS position`
    return this.#database.get<{ position: number }>(sql, priority, priority, number)!.position
  }

  #positionsOf(rows: readonly SummaryRow[]): ReadonlyMap<number, number> {
    const queued = rows.filter(({ status }) => status === 'queued')
    if (queued.length === 0) return new Map()
    const sql = `WITH queue AS (
        SELECT number, row_number() OVER (ORDER BY priority DESC, number) AS position FROM jobs WHERE status = 'queued')
      SELECT number, position FROM queue WHERE number BETWEEN ? AND ?`
    const numbers = queued.map(({ number }) => number)
    return new Map(
      this.#database
        .all<{ number: number; position: number }>(sql, Math.min(...numbers), Math.max(...numbers))
        .map(({ number, position }) => [number, position]),
    )
  }
}

function matching({ status, name, match }: JobQuery): {
  conditions: readonly string[]
  values: readonly SqlValue[]
} {
  const conditions: string[] = []
  const values: SqlValue[] = []
  if (status !== undefined) {
    // Each once, so that there are few texts of SQL.
    const statuses = new Set(status)
    conditions.push(`status IN (${marks(statuses.size)})`)
    values.push(...statuses)
  }
  if (name !== undefined) {
    conditions.push('instr(search, ?) > 0')
    values.push(searchText(name))
  }
  if (match !== undefined) {
    conditions.push(`number IN (
      SELECT number FROM jobs WHERE id >= ? AND id < ? UNION SELECT number FROM jobs WHERE name = ?)`)
    // Nothing that goes on after the same beginning stands behind that.
    values.push(match, `${match}\u{10ffff}`, nameColumn(match))
  }
  return { conditions, values }
}

/** As many parameters. */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join()

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
