import type { JobStatus } from '../../../job/job-status.ts'
import type { JobSummary } from '../../../protocol/job-info.ts'
import type { Page } from '../../../protocol/page.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from '../cursor.ts'
import { searchText } from '../job-changes.ts'
import type { JobQuery } from '../job-store.ts'
import type { Database, SqlValue } from './database.ts'
import { summaryColumns, summaryOfRow, type SummaryRow } from './job-rows.ts'

/** Pages of jobs, and places in the queue, found by indices alone. */
export class SqliteJobList {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  page(query: JobQuery): Page<JobSummary> {
    const limit = checkLimit(query.limit, MOST_ITEMS)
    const { conditions, values } = matching(query)
    const cursor = query.cursor === undefined ? [] : [lastOf('jobs', query.cursor)]
    const paged = cursor.length === 0 ? conditions : [...conditions, 'number < ?']
    const rows = this.#database.all<SummaryRow>(
      `SELECT ${summaryColumns} FROM jobs WHERE number IN (
        SELECT number FROM jobs ${where(paged)} ORDER BY number DESC LIMIT ?) ORDER BY number DESC`,
      ...values,
      ...cursor,
      limit + 1,
    )
    const shown = rows.slice(0, limit)
    const positions = this.#positionsOf(shown)
    const total = `SELECT count(*) AS total FROM jobs ${where(conditions)}`
    return {
      items: shown.map((row) => summaryOfRow(row, positions.get(row.number) ?? null)),
      next: rows.length > limit ? cursorOf('jobs', shown.at(-1)!.number) : null,
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
    return new Map(
      this.#database
        .all<{ number: number; position: number }>(sql, queued.at(-1)!.number, queued[0]!.number)
        .map(({ number, position }) => [number, position]),
    )
  }
}

function matching({ status, name }: JobQuery): {
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
  return { conditions, values }
}

/** As many parameters. */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join()

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
