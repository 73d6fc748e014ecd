import type { JobPageEnd } from '../cursor.ts'
import { type JobOrder, statusOrder, valueOfNone } from '../job-order.ts'
import type { SqlValue } from './database.ts'

/** What `valueIn` says, in SQL. */
interface Term {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

const rankOfStatus = `CASE status ${statusOrder.map((status, rank) => `WHEN '${status}' THEN ${rank}`).join(' ')} END`

function termOf(order: JobOrder, now: number): Term {
  const none = valueOfNone(order)
  switch (order.key) {
    case 'submitted':
      return { sql: 'submitted_at', values: [] }
    case 'started':
      return { sql: 'ifnull(started_at, ?)', values: [none] }
    case 'ended':
      return { sql: 'ifnull(ended_at, ?)', values: [none] }
    case 'name':
      return { sql: 'search', values: [] }
    case 'status':
      return { sql: rankOfStatus, values: [] }
    case 'duration':
      return { sql: 'ifnull(ifnull(ended_at, ?) - started_at, ?)', values: [now, none] }
    case 'restarts':
      return { sql: 'restarts', values: [] }
  }
}

/** @param now as in a query */
export function orderBy(order: JobOrder, now: number): Term {
  const term = termOf(order, now)
  const way = order.descending ? 'DESC' : 'ASC'
  return { sql: `ORDER BY ${term.sql} ${way}, number ${way}`, values: term.values }
}

/** Conditions for jobs that come after those of a page. */
export function behind(
  order: JobOrder,
  { value, number, now }: JobPageEnd,
): { readonly sql: readonly string[]; readonly values: readonly SqlValue[] } {
  const term = termOf(order, now)
  const sign = order.descending ? '<' : '>'
  return { sql: [`(${term.sql}, number) ${sign} (?, ?)`], values: [...term.values, value, number] }
}
