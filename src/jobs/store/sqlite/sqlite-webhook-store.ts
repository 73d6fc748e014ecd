import { WebhookLimitError } from '../../../errors/webhook-subscription-errors.ts'
import type { JobEvent } from '../../../protocol/job-event.ts'
import type { Page } from '../../../protocol/page.ts'
import type { WebhookDelivery, WebhookDeliveryDetails } from '../../../protocol/webhook-delivery.ts'
import type { WebhookSubscription } from '../../../protocol/webhook-subscription.ts'
import { timeOf } from '../job-changes.ts'
import type {
  AttemptOutcome,
  CollectOptions,
  DeliveryQuery,
  DueDelivery,
  EventSubject,
  KeptSecret,
  NewDelivery,
  SubscriptionSettings,
  WebhookStore,
  WebhookTarget,
} from '../webhook-store.ts'
import type { Database } from './database.ts'
import type { SqliteEvents } from './sqlite-events.ts'
import { SqliteWebhookDeliveries } from './sqlite-webhook-deliveries.ts'

interface SubscriptionRow {
  readonly number: number
  readonly id: string
  readonly subscription: string
  readonly enabled: number
  readonly secrets: string
  readonly position: number
  readonly missed: number
  readonly pending: number
}

/** What the column `subscription` has. */
type Kept = Omit<SubscriptionSettings, 'enabled'> & Pick<WebhookSubscription, 'createdAt' | 'updatedAt'>

const columns = `number, id, subscription, enabled, secrets, position, missed,
  (SELECT count(*) FROM webhook_deliveries
    WHERE webhook_deliveries.subscription = webhook_subscriptions.number AND due_at IS NOT NULL) AS pending`

/** Webhook subscriptions, in the database of the jobs and their events. */
export class SqliteWebhookStore implements WebhookStore {
  readonly #database: Database
  readonly #events: SqliteEvents
  readonly #deliveries: SqliteWebhookDeliveries

  constructor(database: Database, events: SqliteEvents) {
    this.#database = database
    this.#events = events
    this.#deliveries = new SqliteWebhookDeliveries(database)
  }

  create(
    id: string,
    settings: SubscriptionSettings,
    { secret, at, most }: Parameters<WebhookStore['create']>[2],
  ): WebhookSubscription {
    return this.#database.transaction('disk', () => {
      if (this.list().length >= most) {
        throw new WebhookLimitError(
          `there are ${most} webhook subscriptions, which is all that a server keeps`,
          {
            remedy: 'delete one that is not needed any more, or let one receiver pass on to several',
          },
        )
      }
      const { enabled, ...rest } = settings
      const kept: Kept = { ...rest, createdAt: timeOf(at), updatedAt: timeOf(at) }
      const secrets: readonly KeptSecret[] = [{ secret, until: null }]
      this.#database.run(
        `INSERT INTO webhook_subscriptions (id, subscription, enabled, secrets, position, missed)
          VALUES (?, ?, ?, ?, ?, 0)`,
        id,
        JSON.stringify(kept),
        Number(enabled),
        JSON.stringify(secrets),
        this.#events.range().last,
      )
      return this.get(id)!
    })
  }

  list(): readonly WebhookSubscription[] {
    const sql = `SELECT ${columns} FROM webhook_subscriptions ORDER BY number`
    return this.#database.all<SubscriptionRow>(sql).map(subscriptionOf)
  }

  get(id: string): WebhookSubscription | undefined {
    const row = this.#rowOf(id)
    return row === undefined ? undefined : subscriptionOf(row)
  }

  change(id: string, change: Partial<SubscriptionSettings>, at: number): WebhookSubscription | undefined {
    return this.#database.transaction('disk', () => this.#write(id, change, at))
  }

  delete(id: string): boolean {
    const sql = 'DELETE FROM webhook_subscriptions WHERE id = ?'
    return this.#database.transaction('disk', () => this.#database.run(sql, id).changes > 0)
  }

  secrets(id: string): readonly KeptSecret[] {
    const row = this.#rowOf(id)
    return row === undefined ? [] : secretsOf(row)
  }

  replaceSecrets(id: string, secrets: readonly KeptSecret[], at: number): WebhookSubscription | undefined {
    return this.#database.transaction('disk', () => {
      const sql = 'UPDATE webhook_subscriptions SET secrets = ? WHERE id = ?'
      this.#database.run(sql, JSON.stringify(secrets), id)
      return this.#write(id, {}, at)
    })
  }

  collect(options: CollectOptions): boolean {
    const { last } = this.#events.range()
    const behind = 'SELECT number FROM webhook_subscriptions WHERE enabled = 1 AND position < ? LIMIT 1'
    if (this.#database.get(behind, last) === undefined) return false
    return this.#database.transaction('system', () => {
      const sql = `SELECT ${columns} FROM webhook_subscriptions WHERE enabled = 1 AND position < ? ORDER BY position`
      const rows = this.#database.all<SubscriptionRow>(sql, last)
      return rows.map((row) => this.#collectFor(row, options)).some((left) => left)
    })
  }

  add(subscription: string, delivery: NewDelivery, at: number): void {
    this.#database.transaction('system', () => {
      const row = this.#rowOf(subscription)
      if (row !== undefined) this.#deliveries.add(row.number, delivery, at)
    })
  }

  targets(at: number): readonly WebhookTarget[] {
    const sql = `SELECT id, subscription FROM webhook_subscriptions WHERE enabled = 1 AND EXISTS
      (SELECT 1 FROM webhook_deliveries WHERE subscription = webhook_subscriptions.number AND due_at <= ?) ORDER BY number`
    return this.#database
      .all<{ id: string; subscription: string }>(sql, at)
      .map(({ id, subscription }) => ({ id, url: (JSON.parse(subscription) as Kept).url }))
  }

  due(subscription: string, at: number, limit: number): readonly DueDelivery[] {
    return this.#deliveries.due(subscription, at, limit)
  }

  nextDue(at: number): number | null {
    return this.#deliveries.nextDue(at)
  }

  settle(delivery: string, outcome: AttemptOutcome): void {
    this.#deliveries.settle(delivery, outcome)
  }

  again(delivery: string, at: number): boolean {
    return this.#deliveries.again(delivery, at)
  }

  deliveries(query: DeliveryQuery): Page<WebhookDelivery> {
    return this.#deliveries.page(query)
  }

  delivery(id: string): WebhookDeliveryDetails | undefined {
    return this.#deliveries.get(id)
  }

  trim(keep: number, before: number): void {
    const subscriptions = this.#database.all<{ number: number }>('SELECT number FROM webhook_subscriptions')
    for (const { number } of subscriptions) this.#deliveries.trim(number, keep, before)
  }

  /** Within a transaction. */
  #write(id: string, change: Partial<SubscriptionSettings>, at: number): WebhookSubscription | undefined {
    const row = this.#rowOf(id)
    if (row === undefined) return undefined
    const { enabled = row.enabled === 1, ...rest } = change
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    const kept = { ...(JSON.parse(row.subscription) as Kept), ...given, updatedAt: timeOf(at) }
    const sql = 'UPDATE webhook_subscriptions SET subscription = ?, enabled = ? WHERE number = ?'
    this.#database.run(sql, JSON.stringify(kept), Number(enabled), row.number)
    return this.get(id)
  }

  /** Within a transaction. @returns whether there is room, and something left. */
  #collectFor(row: SubscriptionRow, { at, mostEvents, mostPending, make }: CollectOptions): boolean {
    let room = mostPending - row.pending
    if (room <= 0) return false
    const subscription = subscriptionOf(row)
    const { first } = this.#events.range()
    const missed = Math.max(0, first - 1 - row.position)
    const events = this.#events.read({ since: row.position, limit: mostEvents })
    let position = row.position + missed
    for (const event of events) {
      if (room === 0) break
      const delivery = make(subscription, event, this.#subjectOf(event))
      if (delivery !== null && this.#deliveries.add(row.number, delivery, at)) room--
      position = event.id
    }
    const sql = 'UPDATE webhook_subscriptions SET position = ?, missed = missed + ? WHERE number = ?'
    this.#database.run(sql, position, missed, row.number)
    return room > 0 && events.length === mostEvents
  }

  #subjectOf(event: JobEvent): EventSubject | null {
    if ('summary' in event && event.summary !== undefined) return event.summary
    const sql = 'SELECT name, provider FROM jobs WHERE id = ?'
    const row = this.#database.get<{ name: string; provider: string }>(sql, event.job)
    return row === undefined ? null : { ...row, name: JSON.parse(row.name) as string }
  }

  #rowOf(id: string): SubscriptionRow | undefined {
    return this.#database.get<SubscriptionRow>(
      `SELECT ${columns} FROM webhook_subscriptions WHERE id = ?`,
      id,
    )
  }
}

const secretsOf = ({ secrets }: SubscriptionRow): readonly KeptSecret[] =>
  JSON.parse(secrets) as readonly KeptSecret[]

function subscriptionOf(row: SubscriptionRow): WebhookSubscription {
  const { id, enabled, pending, missed } = row
  const { createdAt, updatedAt, ...settings } = JSON.parse(row.subscription) as Kept
  const until = secretsOf(row)[1]?.until ?? null
  const previousSecretUntil = until === null ? null : timeOf(until)
  return {
    id,
    ...settings,
    enabled: enabled === 1,
    createdAt,
    updatedAt,
    previousSecretUntil,
    pending,
    missed,
  }
}
