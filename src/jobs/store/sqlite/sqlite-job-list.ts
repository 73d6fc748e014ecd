import type { JobStatus } from '../../../job/job-status.ts'
import type { JobSummary } from '../../../protocol/job-info.ts'
import type { Page } from '../../../protocol/page.ts'
import { checkLimit, jobCursorOf, jobPageEndOf, MOST_ITEMS } from '../cursor.ts'
import { LOCAL, searchText } from '../job-changes.ts'
import { jobOrder, statusOrder, valueIn } from '../job-order.ts'
import type { JobQuery } from '../job-store.ts'
import type { Database, SqlValue } from './database.ts'
import { textColumn, summaryColumns, summaryOfRow, type SummaryRow } from './job-rows.ts'
import { behind, orderBy } from './job-order-sql.ts'

/** Pages of jobs, places in the queue, how many there are: found by indices alone. */
export class SqliteJobList {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Of a job that is there, without its place in the queue. */
  summary(number: number): JobSummary {
    const sql = `SELECT ${summaryColumns} FROM jobs WHERE number = ?`
    return summaryOfRow(this.#database.get<SummaryRow>(sql, number)!, null)
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
        SELECT number FROM jobs ${where([...conditions, ...from.sql])} ${by.sql} LIMIT ? OFFSET ?) ${by.sql}`,
      ...values,
      ...from.values,
      ...by.values,
      limit + 1,
      query.offset ?? 0,
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

  /** The place in the queue of one of the server's own jobs, from 1; null when it is not queued. */
  positionOf(
    number: number,
    { status, priority }: { readonly status: JobStatus; readonly priority: number },
  ): number | null {
    if (status !== 'queued') return null
    const sql = `SELECT (SELECT count(*) FROM jobs WHERE ${queuedHere} AND priority > ?)
      + (SELECT count(*) FROM jobs WHERE ${queuedHere} AND priority = ? AND number <= ?) AS position`
    return this.#database.get<{ position: number }>(sql, priority, priority, number)!.position
  }

  /** Of the server's own jobs. */
  counts(): Readonly<Record<JobStatus, number>> {
    const rows = this.#database.all<{ status: JobStatus; count: number }>(
      `SELECT status, count(*) AS count FROM jobs
        WHERE status IN (${marks(statusOrder.length)}) AND provider = '${LOCAL}' GROUP BY status`,
      ...statusOrder,
    )
    const counts = Object.fromEntries(statusOrder.map((status) => [status, 0]))
    for (const { status, count } of rows) counts[status] = count
    return counts as Record<JobStatus, number>
  }

  /** Jobs that ended for good before that moment, oldest first. */
  expired(before: number, limit: number): readonly string[] {
    const sql = `SELECT id FROM jobs WHERE ended_at < ? AND status <> 'stopped' ORDER BY ended_at, number LIMIT ?`
    return this.#database.all<{ id: string }>(sql, before, limit).map(({ id }) => id)
  }

  #positionsOf(rows: readonly SummaryRow[]): ReadonlyMap<number, number> {
    const queued = rows.filter(({ status, provider }) => status === 'queued' && provider === LOCAL)
    if (queued.length === 0) return new Map()
    const sql = `WITH queue AS (
        SELECT number, row_number() OVER (ORDER BY priority DESC, number) AS position FROM jobs WHERE ${queuedHere})
      SELECT number, position FROM queue WHERE number BETWEEN ? AND ?`
    const numbers = queued.map(({ number }) => number)
    return new Map(
      this.#database
        .all<{ number: number; position: number }>(sql, Math.min(...numbers), Math.max(...numbers))
        .map(({ number, position }) => [number, position]),
    )
  }
}

/** Of the jobs that the queue is made of. */
export const queuedHere: string = `status = 'queued' AND provider = '${LOCAL}'`

function matching({ status, provider, name, match }: JobQuery): {
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
  if (provider !== undefined) {
    conditions.push('provider IN (SELECT value FROM json_each(?))')
    values.push(JSON.stringify(provider))
  }
  if (name !== undefined) {
    conditions.push('instr(search, ?) > 0')
    values.push(searchText(name))
  }
  if (match !== undefined) {
    conditions.push(`number IN (
      SELECT number FROM jobs WHERE id >= ? AND id < ? UNION SELECT number FROM jobs WHERE name = ?)`)
    // Nothing that goes on after the same beginning stands behind that.
    values.push(match, `${match}\u{10ffff}`, textColumn(match))
  }
  return { conditions, values }
}

/** As many parameters. */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join()

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
