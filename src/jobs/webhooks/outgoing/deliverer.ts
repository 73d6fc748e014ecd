import { setMaxListeners } from 'node:events'
import type { Logger } from '../../../functions/logger.ts'
import type { Cancel, Clock } from '../../../time/clock.ts'
import { LONGEST_DELAY } from '../../../util/longest-delay.ts'
import { packageVersion } from '../../../util/package-version.ts'
import type { DueDelivery, WebhookStore, WebhookTarget } from '../../store/webhook-store.ts'
import { signWebhook, webhookKey } from '../signature.ts'
import { attemptVerdict } from './attempt-verdict.ts'
import type { WebhookAnswer, WebhookPost } from './post-webhook.ts'
import { deliveryOf } from './webhook-message.ts'

/** Events that a subscription goes on by at a time, before others have their turn. */
const MOST_EVENTS = 100
/** Deliveries of a subscription that may wait. Beyond, its place in the events stays until some are over. */
export const MOST_PENDING = 1_000
/** Requests to one subscription at the same time. */
const MOST_AT_ONCE = 5
/** Requests at the same time beyond the first to each subscription, which always has its place. */
const MOST_SHARED = 32
/** Of each subscription, deliveries that are over and are kept, the newest. */
const LOG_LENGTH = 1_000
/** Milliseconds for which they are kept. */
const LOG_AGE = 30 * 24 * 3_600_000
/** Milliseconds, and deliveries, after which the log is cut. */
const LOG_CUT_EVERY = 3_600_000
const LOG_CUT_AFTER = 500
/** Milliseconds after which a database that is out of order is tried again. */
const TROUBLE = 5_000
/** Milliseconds that requests have when the server closes. Those that are cut are made again when it starts. */
const CLOSE_WITHIN = 2_000

/** What an attempt has come to: it went well, is to be made again, or was the last. */
export type AttemptOutcome = 'delivered' | 'repeated' | 'failed'

export interface DelivererParts {
  readonly store: WebhookStore
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  readonly logger: Logger
  /** Never rejects. */
  readonly post: (post: WebhookPost, signal: AbortSignal) => Promise<WebhookAnswer>
}

/**
 * Makes deliveries of events, and sends those that are due. All that it knows is in the store, so it goes on where
 * another one has stopped, or was killed: what had been sent then and was not noted is sent once more, under the same id.
 */
export class Deliverer {
  /** Since the start. */
  readonly attempts: Record<AttemptOutcome, number> = { delivered: 0, repeated: 0, failed: 0 }
  /** Subscriptions that were disabled since the start. */
  disabled = 0
  readonly #parts: DelivererParts
  /** Ids of deliveries that are on their way, by subscription. */
  readonly #sending = new Map<string, Set<string>>()
  readonly #running = new Set<Promise<void>>()
  readonly #giveUp = new AbortController()
  #soon: Cancel | null = null
  #later: Cancel = () => {}
  #turns = 0
  #unnoted = 0
  #cutAt = 0
  #paused = false
  #closed = false

  constructor(parts: DelivererParts) {
    this.#parts = parts
    // Every request listens to it; they are bounded elsewhere.
    setMaxListeners(0, this.#giveUp.signal)
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#closed || this.#paused || this.#soon !== null) return
    this.#soon = this.#parts.clock.setImmediate(() => {
      this.#soon = null
      this.#guarded(() => this.#turn())
    })
  }

  /** Resolves when nothing is on its way any more: soon. */
  async close(): Promise<void> {
    this.#closed = true
    this.#soon?.()
    this.#later()
    const cancel = this.#parts.clock.setTimeout(() => this.#giveUp.abort(new Error('closing')), CLOSE_WITHIN)
    await Promise.all(this.#running)
    cancel()
  }

  #turn(): void {
    const { store, clock } = this.#parts
    this.#later()
    const now = clock.now()
    if (now >= this.#cutAt || this.#unnoted >= LOG_CUT_AFTER) this.#cutLog(now)
    const make = deliveryOf
    if (store.collect({ at: now, mostEvents: MOST_EVENTS, mostPending: MOST_PENDING, make })) this.wake()
    this.#sendDue(now)
    const next = Math.min(store.nextDue(now) ?? Infinity, this.#cutAt)
    this.#later = clock.setTimeout(() => this.wake(), Math.min(next - now, LONGEST_DELAY))
  }

  /** Each subscription is the first in turn. */
  #sendDue(now: number): void {
    const all = this.#parts.store.targets(now)
    const first = this.#turns++ % Math.max(1, all.length)
    for (const target of [...all.slice(first), ...all.slice(0, first)]) {
      const sending = this.#sending.get(target.id) ?? new Set()
      const room = this.#roomFor(sending.size)
      if (room === 0) continue
      const due = this.#parts.store.due(target.id, now, room + sending.size)
      for (const delivery of due.filter(({ id }) => !sending.has(id)).slice(0, room)) {
        this.#start(target, delivery)
      }
    }
  }

  #roomFor(sending: number): number {
    const shared = [...this.#sending.values()].reduce((sum, { size }) => sum + size - 1, 0)
    const own = sending === 0 ? 1 : 0
    return Math.min(own + Math.max(0, MOST_SHARED - shared), MOST_AT_ONCE - sending)
  }

  #start(target: WebhookTarget, delivery: DueDelivery): void {
    let sending = this.#sending.get(target.id)
    if (sending === undefined) this.#sending.set(target.id, (sending = new Set()))
    sending.add(delivery.id)
    const done = (): void => {
      sending.delete(delivery.id)
      if (sending.size === 0) this.#sending.delete(target.id)
      this.#running.delete(run)
      this.wake()
    }
    const run = this.#attempt(target, delivery).then(done)
    this.#running.add(run)
  }

  async #attempt({ id, url }: WebhookTarget, delivery: DueDelivery): Promise<void> {
    const { clock, post } = this.#parts
    const [at, begun] = [clock.now(), clock.monotonic()]
    const headers = this.#guarded(() => this.#headersOf(id, delivery, at))
    if (headers === undefined) return
    const sent = await post({ url, headers, body: delivery.body }, this.#giveUp.signal)
    // Who was cut off has not failed.
    if (this.#giveUp.signal.aborted && sent.status === null) return
    const durationMs = Math.round(clock.monotonic() - begun)
    this.#guarded(() => this.#note(id, delivery, sent, at, durationMs))
  }

  /** Undefined where the subscription has been deleted. */
  #headersOf(
    subscription: string,
    { id, body }: DueDelivery,
    at: number,
  ): Record<string, string> | undefined {
    const secrets = this.#parts.store
      .secrets(subscription)
      .filter(({ until }) => until === null || until > at)
    if (secrets.length === 0) return undefined
    const keys = secrets.map(({ secret }) => webhookKey(secret))
    const type = { 'content-type': 'application/json', 'user-agent': `Millrace/${packageVersion()}` }
    return { ...type, ...signWebhook(keys, id, at, body) }
  }

  #note(id: string, delivery: DueDelivery, sent: WebhookAnswer, at: number, durationMs: number): void {
    const { store, clock, random, logger } = this.#parts
    const subscription = store.get(id)
    if (subscription === undefined) return
    const { status, dueAt, change } = attemptVerdict(subscription, delivery, sent, clock.now(), random())
    const { status: answered, error, answer } = sent
    const attempt = { at: new Date(at).toISOString(), durationMs, status: answered, error, answer }
    store.settle(delivery.id, { attempt, status, dueAt })
    this.#unnoted++
    this.attempts[status === 'pending' ? 'repeated' : status]++
    if (Object.keys(change).length > 0) store.change(id, change, clock.now())
    if (change.enabled === false) {
      this.disabled++
      logger.warn(`the webhook subscription ${id} is disabled: ${change.disabledReason}`)
    }
  }

  #cutLog(now: number): void {
    this.#parts.store.trim(LOG_LENGTH, now - LOG_AGE)
    this.#unnoted = 0
    this.#cutAt = now + LOG_CUT_EVERY
  }

  /** What is not noted now is found again in the store when that is in order. */
  #guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      const { logger, clock } = this.#parts
      logger.warn('webhooks wait, since the database is out of order', { error })
      this.#paused = true
      this.#later()
      if (this.#closed) return undefined
      this.#later = clock.setTimeout(() => {
        this.#paused = false
        this.wake()
      }, TROUBLE)
      return undefined
    }
  }
}
