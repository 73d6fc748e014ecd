import type { z } from 'zod'
import { WebhookNotFoundError } from '../errors/webhook-subscription-errors.ts'
import { type Page, pageSchema } from '../protocol/page.ts'
import {
  type WebhookDelivery,
  type WebhookDeliveryDetails,
  webhookDeliveryDetailsSchema,
  webhookDeliverySchema,
  type WebhookDeliveryStatus,
} from '../protocol/webhook-delivery.ts'
import {
  type NewWebhookSubscription,
  newWebhookSubscriptionSchema,
  type WebhookSubscription,
  type WebhookSubscriptionChange,
  webhookSubscriptionListSchema,
  type WebhookSubscriptionRequest,
  webhookSubscriptionSchema,
} from '../protocol/webhook-subscription.ts'
import { readJson } from './read-answer.ts'
import type { Call, CallOptions, Transport } from './transport.ts'

/** Which deliveries are wanted. */
export interface WebhookDeliveryQuery extends CallOptions {
  /** Id of a subscription; default all. */
  readonly subscription?: string | undefined
  readonly status?: WebhookDeliveryStatus | undefined
  /** From 1 to 200; default 50. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/** How a secret is replaced. */
export interface RotateOptions extends CallOptions {
  /** Whether the one before is good no more, at once: for one that others have learned. Default false. */
  readonly revoke?: boolean | undefined
}

const subscriptions = 'api/v1/webhook-subscriptions'
const deliveries = 'api/v1/webhook-deliveries'
const pathOf = (collection: string, id: string, part = ''): string =>
  `${collection}/${encodeURIComponent(id)}${part}`

const pageOfDeliveries = pageSchema(webhookDeliverySchema)

/**
 * URLs that a server tells what happens to jobs: for those with the scope `admin`. Obtained as `client.webhooks`. Every
 * method that takes an id rejects with WebhookNotFoundError where there is no such thing.
 */
export class WebhooksApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Oldest first. */
  async list(options?: CallOptions): Promise<readonly WebhookSubscription[]> {
    const call = { method: 'GET', path: subscriptions, repeatable: true } as const
    const { items } = await this.#call(call, webhookSubscriptionListSchema, options)
    return items
  }

  get(id: string, options?: CallOptions): Promise<WebhookSubscription> {
    const call = { method: 'GET', path: pathOf(subscriptions, id), repeatable: true } as const
    return this.#call(call, webhookSubscriptionSchema, options)
  }

  /**
   * Has a URL told what happens to jobs from now on. The secret that webhooks are signed with is shown here and never
   * again. Not repeated when the answer got lost. @throws WebhookAddressError, WebhookLimitError
   */
  create(subscription: WebhookSubscriptionRequest, options?: CallOptions): Promise<NewWebhookSubscription> {
    const call = { method: 'POST', path: subscriptions, json: subscription, repeatable: false } as const
    return this.#call(call, newWebhookSubscriptionSchema, options)
  }

  /** Changes what is given, and leaves the rest. @throws WebhookAddressError */
  update(id: string, change: WebhookSubscriptionChange, options?: CallOptions): Promise<WebhookSubscription> {
    const path = pathOf(subscriptions, id)
    return this.#call(
      { method: 'PATCH', path, json: change, repeatable: true },
      webhookSubscriptionSchema,
      options,
    )
  }

  /** Removes a subscription, with its deliveries. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.#transport.call<true>(
      {
        method: 'DELETE',
        path: pathOf(subscriptions, id),
        repeatable: true,
        read: async (response) => {
          await response.body?.cancel()
          return true
        },
        // It was deleted the first time, and the answer got lost.
        afterAll: (error) => (error instanceof WebhookNotFoundError ? true : undefined),
      },
      options,
    )
  }

  /**
   * Makes a new secret, which is shown here and never again. The one before signs along for a day, unless it is revoked.
   * Not repeated when the answer got lost.
   */
  rotateSecret(id: string, { revoke, ...options }: RotateOptions = {}): Promise<NewWebhookSubscription> {
    const path = pathOf(subscriptions, id, '/rotate-secret')
    return this.#call(
      { method: 'POST', path, query: { revoke }, json: {}, repeatable: false },
      newWebhookSubscriptionSchema,
      options,
    )
  }

  /** Sends a ping, which is tried once. How that went is told by `delivery`. @throws WebhookDisabledError */
  test(id: string, options?: CallOptions): Promise<WebhookDeliveryDetails> {
    const path = pathOf(subscriptions, id, '/test')
    return this.#call(
      { method: 'POST', path, json: {}, repeatable: false },
      webhookDeliveryDetailsSchema,
      options,
    )
  }

  /** A page of what is, and was, sent, newest first. @throws InvalidCursorError */
  deliveries({ signal, timeout, ...query }: WebhookDeliveryQuery = {}): Promise<Page<WebhookDelivery>> {
    const call = { method: 'GET', path: deliveries, query, repeatable: true } as const
    return this.#call(call, pageOfDeliveries, { signal, timeout })
  }

  /** A delivery, with what is sent. */
  delivery(id: string, options?: CallOptions): Promise<WebhookDeliveryDetails> {
    const call = { method: 'GET', path: pathOf(deliveries, id), repeatable: true } as const
    return this.#call(call, webhookDeliveryDetailsSchema, options)
  }

  /** Sends one again, under the same id. Not repeated when the answer got lost. @throws WebhookDisabledError */
  redeliver(id: string, options?: CallOptions): Promise<WebhookDeliveryDetails> {
    const path = pathOf(deliveries, id, '/redeliver')
    return this.#call(
      { method: 'POST', path, json: {}, repeatable: false },
      webhookDeliveryDetailsSchema,
      options,
    )
  }

  #call<T>(call: Omit<Call<T>, 'read'>, schema: z.ZodType<T>, options: CallOptions | undefined): Promise<T> {
    return this.#transport.call(
      { ...call, read: (response, label) => readJson(response, label, schema) },
      options,
    )
  }
}
