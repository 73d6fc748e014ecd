import { randomBytes } from 'node:crypto'
import { excerpt } from '../../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import type { Logger } from '../../../functions/logger.ts'
import {
  WebhookAddressError,
  WebhookDisabledError,
  WebhookNotFoundError,
} from '../../../errors/webhook-subscription-errors.ts'
import type { Page } from '../../../protocol/page.ts'
import type { WebhookDelivery, WebhookDeliveryDetails } from '../../../protocol/webhook-delivery.ts'
import type {
  NewWebhookSubscription,
  WebhookSubscription,
  WebhookSubscriptionChange,
  WebhookSubscriptionRequest,
} from '../../../protocol/webhook-subscription.ts'
import type { Clock } from '../../../time/clock.ts'
import { delay } from '../../../time/delay.ts'
import { LONGEST_DELAY } from '../../../util/longest-delay.ts'
import type { DeliveryQuery, SubscriptionSettings, WebhookStore } from '../../store/webhook-store.ts'
import { newWebhookSecret } from '../signature.ts'
import { AddressGuard, type Resolve, webhookUrl } from './address-guard.ts'
import { type AttemptOutcome, Deliverer } from './deliverer.ts'
import { postWebhook } from './post-webhook.ts'
import { pingOf } from './webhook-message.ts'

/** Subscriptions that a server keeps. */
const MOST_SUBSCRIPTIONS = 100
/** Milliseconds for which the secret before the present one signs along. */
const GRACE = 24 * 3_600_000
/** Secrets before the present one that sign along. */
const MOST_PREVIOUS = 2
/** Milliseconds to look a name up when a subscription is made. */
const LOOKUP_TIMEOUT = 5_000

/** How webhooks are sent. Times in milliseconds. */
export interface OutgoingWebhookOptions {
  /**
   * Networks (`10.1.0.0/16`), addresses and hosts (`hooks.internal`) that webhooks may be sent to though they are not of
   * the public internet. Default: none.
   */
  readonly allowPrivate?: readonly string[] | undefined
  /** For one attempt. Default 15 000. */
  readonly timeout?: number | undefined
}

/** What has been sent since the server was started. */
export interface WebhookFigures {
  readonly attempts: Readonly<Record<AttemptOutcome, number>>
  /** Subscriptions that the server has disabled. */
  readonly disabled: number
}

export interface OutgoingWebhookParts {
  readonly store: WebhookStore
  /** Tells of new events. @returns how to stop it. */
  readonly onEvents: (listener: () => void) => () => void
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly options?: OutgoingWebhookOptions | undefined
  /** In place of the system's. */
  readonly resolve?: Resolve | undefined
}

/**
 * Tells URLs what happens to jobs. Methods throw WebhookNotFoundError for what is not there, and StoreError.
 */
export class OutgoingWebhooks {
  readonly #store: WebhookStore
  readonly #clock: Clock
  readonly #guard: AddressGuard
  readonly #deliverer: Deliverer
  readonly #unlisten: () => void

  /** Begins to send. @throws InvalidArgumentError for an option that can never work. */
  constructor({ store, onEvents, clock, random, logger, options = {}, resolve }: OutgoingWebhookParts) {
    const { allowPrivate, timeout = 15_000 } = options
    if (!(timeout > 0 && timeout <= LONGEST_DELAY)) {
      throw new InvalidArgumentError(`webhooks.timeout is ${excerpt(timeout)}`, {
        remedy: 'pass milliseconds, above 0',
      })
    }
    const guard = new AddressGuard(allowPrivate, resolve)
    this.#store = store
    this.#clock = clock
    this.#guard = guard
    this.#deliverer = new Deliverer({
      ...{ store, clock, random, logger },
      post: (post, signal) => postWebhook(post, { guard, clock, timeout, signal }),
    })
    this.#unlisten = onEvents(() => this.#deliverer.wake())
    this.#deliverer.wake()
  }

  /** Oldest first. */
  list(): readonly WebhookSubscription[] {
    return this.#store.list().map((subscription) => this.#shown(subscription))
  }

  get(id: string): WebhookSubscription {
    return this.#shown(this.#store.get(id))
  }

  /**
   * It is told of what happens from now on.
   * @throws WebhookAddressError for a URL that may not be called; WebhookLimitError.
   */
  async create(request: WebhookSubscriptionRequest): Promise<NewWebhookSubscription> {
    const { events = ['job_status_changed'], filter = {}, enabled = true, description = '' } = request
    const settings: SubscriptionSettings = {
      ...{ url: await this.#checked(request.url), events, filter, enabled, description },
      ...{ disabledReason: null, failingSince: null },
    }
    const secret = newWebhookSecret()
    const details = { secret, at: this.#clock.now(), most: MOST_SUBSCRIPTIONS }
    const made = this.#store.create(`sub_${randomBytes(8).toString('hex')}`, settings, details)
    return { ...this.#shown(made), secret }
  }

  /** One that is enabled again goes on where it was. @throws WebhookAddressError */
  async change(id: string, change: WebhookSubscriptionChange): Promise<WebhookSubscription> {
    this.get(id)
    const { url, ...rest } = change
    const place = url === undefined ? {} : { url: await this.#checked(url), failingSince: null }
    const again = rest.enabled === true ? { disabledReason: null, failingSince: null } : {}
    const changed = this.#store.change(id, given({ ...rest, ...place, ...again }), this.#clock.now())
    this.#deliverer.wake()
    return this.#shown(changed)
  }

  /** With its deliveries; those that wait are not sent. */
  delete(id: string): void {
    if (!this.#store.delete(id)) throw noSubscription()
  }

  /**
   * Makes a new secret. The one before signs along for a day.
   * @param revoke whether it does not, nor any before it: for one that others have learned
   */
  rotateSecret(id: string, { revoke = false }: { readonly revoke?: boolean } = {}): NewWebhookSubscription {
    const now = this.#clock.now()
    const before = revoke
      ? []
      : this.#store
          .secrets(id)
          .filter(({ until }) => until === null || until > now)
          .slice(0, MOST_PREVIOUS)
          .map(({ secret, until }) => ({ secret, until: until ?? now + GRACE }))
    const secret = newWebhookSecret()
    const changed = this.#store.replaceSecrets(id, [{ secret, until: null }, ...before], now)
    return { ...this.#shown(changed), secret }
  }

  /** Sends a `ping`, which is tried once. @throws WebhookDisabledError */
  test(id: string): WebhookDeliveryDetails {
    this.#refuseDisabled(this.get(id))
    const now = this.#clock.now()
    const ping = pingOf(id, now, randomBytes(6).toString('hex'))
    this.#store.add(id, ping, now)
    this.#deliverer.wake()
    return this.delivery(ping.id)
  }

  /** Newest first. @throws InvalidCursorError */
  deliveries(query: DeliveryQuery): Page<WebhookDelivery> {
    if (query.subscription !== undefined) this.get(query.subscription)
    return this.#store.deliveries(query)
  }

  delivery(id: string): WebhookDeliveryDetails {
    const delivery = this.#store.delivery(id)
    if (delivery === undefined) throw noDelivery()
    return delivery
  }

  /** Sends one again, under the same id, at once and with all its attempts. @throws WebhookDisabledError */
  redeliver(id: string): WebhookDeliveryDetails {
    this.#refuseDisabled(this.get(this.delivery(id).subscription))
    this.#store.again(id, this.#clock.now())
    this.#deliverer.wake()
    return this.delivery(id)
  }

  get figures(): WebhookFigures {
    return { attempts: this.#deliverer.attempts, disabled: this.#deliverer.disabled }
  }

  /** Resolves when nothing is on its way any more, within about two seconds. */
  async close(): Promise<void> {
    this.#unlisten()
    await this.#deliverer.close()
  }

  #shown(subscription: WebhookSubscription | undefined): WebhookSubscription {
    if (subscription === undefined) throw noSubscription()
    const { previousSecretUntil: until } = subscription
    const isOver = until !== null && Date.parse(until) <= this.#clock.now()
    return isOver ? { ...subscription, previousSecretUntil: null } : subscription
  }

  #refuseDisabled({ enabled }: WebhookSubscription): void {
    if (enabled) return
    throw new WebhookDisabledError('nothing is sent to this webhook subscription, since it is disabled', {
      remedy: 'enable it first: change its `enabled` to true',
    })
  }

  /** A URL that may be called at this moment; it is looked at again at each attempt. */
  async #checked(text: string): Promise<string> {
    const url = webhookUrl(text)
    const done = new AbortController()
    const late = delay(this.#clock, LOOKUP_TIMEOUT, [done.signal]).then(() => {
      throw new WebhookAddressError(`it could not be found out in time where ${url.hostname} leads`, {
        remedy: 'try again; see whether this machine can look names up',
      })
    })
    try {
      await Promise.race([this.#guard.addressesOf(url), late])
    } finally {
      done.abort()
      late.catch(() => {})
    }
    return url.href
  }
}

export const noSubscription = (): WebhookNotFoundError =>
  new WebhookNotFoundError('there is no such webhook subscription', {
    remedy: 'list the subscriptions; it may have been deleted',
  })

export const noDelivery = (): WebhookNotFoundError =>
  new WebhookNotFoundError('there is no such webhook delivery', {
    remedy: 'list the deliveries; those that are over are not kept for ever',
  })

/** Without the fields that are not to be changed. */
const given = (change: Partial<Record<keyof SubscriptionSettings, unknown>>): Partial<SubscriptionSettings> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
