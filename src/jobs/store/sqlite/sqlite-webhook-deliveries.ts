import type { Page } from '../../../protocol/page.ts'
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookDeliveryStatus,
} from '../../../protocol/webhook-delivery.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from '../cursor.ts'
import { timeOf } from '../job-changes.ts'
import type { AttemptOutcome, DeliveryQuery, DueDelivery, NewDelivery } from '../webhook-store.ts'
import type { Database, SqlValue } from './database.ts'

/** Attempts that are kept of a delivery, the newest. */
const MOST_ATTEMPTS = 20

interface DeliveryRow {
  readonly number: number
  readonly id: string
  readonly subscription: string
  readonly type: WebhookDelivery['type']
  readonly event: number | null
  readonly job: string | null
  readonly status: WebhookDeliveryStatus
  readonly created_at: number
  readonly due_at: number | null
  readonly body: string
  readonly attempts: string
}

const columns = `d.number, d.id, s.id AS subscription, d.type, d.event, d.job, d.status, d.created_at, d.due_at,
  d.body, d.attempts`
const joined = 'webhook_deliveries AS d JOIN webhook_subscriptions AS s ON s.number = d.subscription'

/** What is, or was, to be sent to subscriptions, which go by their numbers. */
export class SqliteWebhookDeliveries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Within a transaction. @returns whether it is new. */
  add(subscription: number, delivery: NewDelivery, at: number): boolean {
    const { id, type, event, job, body } = delivery
    const sql = `INSERT INTO webhook_deliveries
        (id, subscription, type, event, job, status, created_at, due_at, failures, body, attempts)
      VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, 0, ?, '[]') ON CONFLICT (id) DO NOTHING`
    return this.#database.run(sql, id, subscription, type, event, job, at, at, body).changes > 0
  }

  due(subscription: string, at: number, limit: number): readonly DueDelivery[] {
    const sql = `SELECT id, type, body, failures FROM webhook_deliveries
      WHERE subscription = (SELECT number FROM webhook_subscriptions WHERE id = ? AND enabled = 1) AND due_at <= ?
      ORDER BY due_at, number LIMIT ?`
    return this.#database.all<DueDelivery>(sql, subscription, at, checkLimit(limit))
  }

  nextDue(at: number): number | null {
    const sql = 'SELECT min(due_at) AS due FROM webhook_deliveries WHERE due_at > ?'
    return this.#database.get<{ due: number | null }>(sql, at)!.due
  }

  settle(id: string, { attempt, status, dueAt }: AttemptOutcome): void {
    this.#database.transaction('system', () => {
      const row = this.#database.get<{ attempts: string; failures: number }>(
        'SELECT attempts, failures FROM webhook_deliveries WHERE id = ?',
        id,
      )
      if (row === undefined) return
      const attempts = [...attemptsOf(row), attempt].slice(-MOST_ATTEMPTS)
      const failures = row.failures + Number(attempt.error !== null)
      const sql =
        'UPDATE webhook_deliveries SET attempts = ?, failures = ?, status = ?, due_at = ? WHERE id = ?'
      this.#database.run(sql, JSON.stringify(attempts), failures, status, dueAt, id)
    })
  }

  again(id: string, at: number): boolean {
    const sql = `UPDATE webhook_deliveries SET status = 'pending', failures = 0, due_at = ? WHERE id = ?`
    return this.#database.transaction('disk', () => this.#database.run(sql, at, id).changes > 0)
  }

  page({ subscription, status, cursor, limit }: DeliveryQuery): Page<WebhookDelivery> {
    checkLimit(limit, MOST_ITEMS)
    const [conditions, values]: [string[], SqlValue[]] = [[], []]
    const where = (condition: string, value: SqlValue): void => {
      conditions.push(condition)
      values.push(value)
    }
    if (subscription !== undefined) {
      where('d.subscription = (SELECT number FROM webhook_subscriptions WHERE id = ?)', subscription)
    }
    if (status !== undefined) where('d.status = ?', status)
    const count = `SELECT count(*) AS total FROM webhook_deliveries AS d${all(conditions)}`
    const { total } = this.#database.get<{ total: number }>(count, ...values)!
    if (cursor !== undefined) where('d.number < ?', lastOf('deliveries', cursor))
    const sql = `SELECT ${columns} FROM ${joined}${all(conditions)} ORDER BY d.number DESC LIMIT ?`
    const rows = this.#database.all<DeliveryRow>(sql, ...values, limit + 1)
    const shown = rows.slice(0, limit)
    return {
      items: shown.map(deliveryOf),
      next: rows.length > limit ? cursorOf('deliveries', shown.at(-1)!.number) : null,
      total,
    }
  }

  get(id: string): WebhookDeliveryDetails | undefined {
    const row = this.#database.get<DeliveryRow>(`SELECT ${columns} FROM ${joined} WHERE d.id = ?`, id)
    return row === undefined ? undefined : { ...deliveryOf(row), body: row.body }
  }

  trim(subscription: number, keep: number, before: number): void {
    const over = 'webhook_deliveries WHERE subscription = ?1 AND due_at IS NULL'
    const oldest = `SELECT number FROM ${over} ORDER BY number DESC LIMIT 1 OFFSET ?2`
    const sql = `DELETE FROM ${over} AND (number <= ifnull((${oldest}), 0) OR created_at < ?3)`
    this.#database.transaction('system', () => this.#database.run(sql, subscription, keep, before))
  }
}

const all = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`

const attemptsOf = ({ attempts }: { readonly attempts: string }): readonly WebhookAttempt[] =>
  JSON.parse(attempts) as readonly WebhookAttempt[]

const deliveryOf = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  subscription: row.subscription,
  type: row.type,
  event: row.event,
  job: row.job,
  status: row.status,
  createdAt: timeOf(row.created_at),
  nextAttemptAt: row.due_at === null ? null : timeOf(row.due_at),
  attempts: attemptsOf(row),
})
