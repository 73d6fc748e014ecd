import type { JobEvent } from '../../protocol/job-event.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookDeliveryStatus,
} from '../../protocol/webhook-delivery.ts'
import type { WebhookSubscription } from '../../protocol/webhook-subscription.ts'
import type { PageQuery } from './job-store.ts'

/** What the server or a user decides of a subscription. */
export type SubscriptionSettings = Omit<
  WebhookSubscription,
  'id' | 'createdAt' | 'updatedAt' | 'previousSecretUntil' | 'pending' | 'missed'
>

/** A secret that signs: the newest first, those before it until their time is over. */
export interface KeptSecret {
  readonly secret: string
  /** Milliseconds since the epoch; null: for good. */
  readonly until: number | null
}

/** What there is to say of the job of an event, as far as it is known. */
export type EventSubject = Pick<JobSummary, 'name' | 'provider'>

export interface NewDelivery {
  readonly id: string
  readonly type: WebhookDelivery['type']
  readonly event: number | null
  readonly job: string | null
  readonly body: string
}

/** A subscription that something is due for. */
export type WebhookTarget = Pick<WebhookSubscription, 'id' | 'url'>

/** A delivery that is due. */
export interface DueDelivery {
  readonly id: string
  readonly type: WebhookDelivery['type']
  readonly body: string
  /** Failures since it was made, or sent again by somebody. */
  readonly failures: number
}

export interface AttemptOutcome {
  readonly attempt: WebhookAttempt
  readonly status: WebhookDeliveryStatus
  /** Of one that is pending. Milliseconds since the epoch. */
  readonly dueAt: number | null
}

export interface DeliveryQuery extends PageQuery {
  readonly subscription?: string | undefined
  readonly status?: WebhookDeliveryStatus | undefined
}

export interface CollectOptions {
  readonly at: number
  /** Events that one subscription goes on by. */
  readonly mostEvents: number
  /** Deliveries of one subscription that may wait: where there are so many, its place in the events stays. */
  readonly mostPending: number
  /** The delivery of an event; null: the subscription is not told of it. */
  readonly make: (
    subscription: WebhookSubscription,
    event: JobEvent,
    subject: EventSubject | null,
  ) => NewDelivery | null
}

/**
 * Webhook subscriptions and what is sent to them, beside the events of jobs: each subscription has a place among the
 * events, and every event behind it becomes a delivery, or is none of its business, in the transaction that moves the
 * place. So a crash loses no webhook and makes none twice.
 *
 * Synchronous. What is said of subscriptions is on disk when a method returns; deliveries outlive the process at once, and a
 * power cut with the next change of a job: the last of them may be made, or tried, again then, under the same id.
 *
 * Errors: StoreError when the database cannot be read or written.
 */
export interface WebhookStore {
  /** Begins behind the newest event. @throws WebhookLimitError when there are `most` already. */
  create(
    id: string,
    settings: SubscriptionSettings,
    details: { readonly secret: string; readonly at: number; readonly most: number },
  ): WebhookSubscription
  /** Oldest first. */
  list(): readonly WebhookSubscription[]
  get(id: string): WebhookSubscription | undefined
  /** @returns undefined: there is none of this id. */
  change(id: string, change: Partial<SubscriptionSettings>, at: number): WebhookSubscription | undefined
  /** With all its deliveries. @returns whether there was one. */
  delete(id: string): boolean
  /** Newest first; none of a subscription that is not there. */
  secrets(id: string): readonly KeptSecret[]
  replaceSecrets(id: string, secrets: readonly KeptSecret[], at: number): WebhookSubscription | undefined

  /** Makes deliveries of what has happened. @returns whether some subscription has room, and events left to look at. */
  collect(options: CollectOptions): boolean
  /** Makes one that is no event's. */
  add(subscription: string, delivery: NewDelivery, at: number): void
  /** Enabled subscriptions with deliveries that are due, oldest first. */
  targets(at: number): readonly WebhookTarget[]
  /** Of an enabled subscription, those that are due, in the order in which they have been. */
  due(subscription: string, at: number, limit: number): readonly DueDelivery[]
  /** When, behind `at`, the next one is due; null: none is. */
  nextDue(at: number): number | null
  /** Notes how an attempt went. Of a delivery that is not there any more it notes nothing. */
  settle(delivery: string, outcome: AttemptOutcome): void
  /** Makes one due, as if it had not been tried. @returns whether there is one of this id. */
  again(delivery: string, at: number): boolean

  /** Newest first. @throws InvalidCursorError */
  deliveries(query: DeliveryQuery): Page<WebhookDelivery>
  delivery(id: string): WebhookDeliveryDetails | undefined
  /** Of each subscription keeps the newest `keep` of those that are over, but none made before `before`. */
  trim(keep: number, before: number): void
}
