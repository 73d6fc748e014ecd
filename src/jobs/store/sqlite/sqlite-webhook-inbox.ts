import {
  type InboxLimits,
  inboxLimits,
  type Receipt,
  type ReceivedWebhook,
  type WaitingWebhook,
  type WebhookInboxStore,
} from '../webhook-inbox-store.ts'
import type { Database } from './database.ts'

interface WebhookRow extends Omit<WaitingWebhook, 'id'> {
  /** JSON: as bare text, SQLite would end it at a NUL. */
  readonly id: string
}

const columns = 'number, provider, id, received_at AS at, body'
const waits = 'body IS NOT NULL AND error IS NULL'

/** Received webhooks, in the database of the jobs. */
export class SqliteWebhookInbox implements WebhookInboxStore {
  readonly #database: Database
  readonly #limits: InboxLimits

  constructor(database: Database, limits: InboxLimits = inboxLimits) {
    this.#database = database
    this.#limits = limits
  }

  receive({ provider, id, at, body }: ReceivedWebhook): Receipt {
    const key = JSON.stringify(id)
    return this.#database.transaction('disk', () => {
      const find = 'SELECT number, error FROM received_webhooks WHERE provider = ? AND id = ?'
      const known = this.#database.get<{ number: number; error: string | null }>(find, provider, key)
      if (known !== undefined && known.error === null) return 'known'
      if (this.waiting() >= this.#limits.waiting) return 'full'
      if (known === undefined) {
        const add = 'INSERT INTO received_webhooks (provider, id, received_at, body) VALUES (?, ?, ?, ?)'
        this.#forget(at, this.#database.run(add, provider, key, at, body).rowId)
      } else {
        const again = 'UPDATE received_webhooks SET received_at = ?, body = ?, error = NULL WHERE number = ?'
        this.#database.run(again, at, body, known.number)
      }
      return 'taken'
    })
  }

  next(): WaitingWebhook | undefined {
    const sql = `SELECT ${columns} FROM received_webhooks WHERE ${waits} ORDER BY number LIMIT 1`
    const row = this.#database.get<WebhookRow>(sql)
    return row === undefined ? undefined : { ...row, id: JSON.parse(row.id) as string }
  }

  waiting(): number {
    const sql = `SELECT count(*) AS count FROM received_webhooks WHERE ${waits}`
    return this.#database.get<{ count: number }>(sql)!.count
  }

  done(number: number): void {
    const sql = 'UPDATE received_webhooks SET body = NULL WHERE number = ?'
    this.#database.transaction('system', () => this.#database.run(sql, number))
  }

  failed(number: number, reason: string): void {
    this.#database.transaction('system', () => {
      const sql = 'UPDATE received_webhooks SET error = ? WHERE number = ?'
      this.#database.run(sql, JSON.stringify(reason), number)
      const forget = `UPDATE received_webhooks SET body = NULL WHERE error IS NOT NULL AND number <=
        (SELECT number FROM received_webhooks WHERE error IS NOT NULL ORDER BY number DESC LIMIT 1 OFFSET ?)`
      this.#database.run(forget, this.#limits.failed)
    })
  }

  failures(limit: number): ReturnType<WebhookInboxStore['failures']> {
    const sql = `SELECT ${columns}, error FROM received_webhooks WHERE error IS NOT NULL ORDER BY number DESC LIMIT ?`
    return this.#database
      .all<Omit<WebhookRow, 'body'> & { body: string | null; error: string }>(sql, limit)
      .map(({ error, ...row }) => ({
        ...row,
        id: JSON.parse(row.id) as string,
        reason: JSON.parse(error) as string,
      }))
  }

  /** What waits is never forgotten. */
  #forget(at: number, newest: number): void {
    const old = 'DELETE FROM received_webhooks WHERE received_at <= ? AND (body IS NULL OR error IS NOT NULL)'
    this.#database.run(old, at - this.#limits.age)
    const many = 'DELETE FROM received_webhooks WHERE number <= ? AND (body IS NULL OR error IS NOT NULL)'
    this.#database.run(many, newest - this.#limits.ids)
  }
}
