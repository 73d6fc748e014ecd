import { WebhookLimitError } from '../../../errors/webhook-subscription-errors.ts'
import { noDelivery, noSubscription, type OutgoingWebhooks } from './outgoing-webhooks.ts'

/** What can be asked about webhooks that are sent. */
export type WebhookSubscriptions = Omit<OutgoingWebhooks, 'close'>

const unknownSubscription = (): never => {
  throw noSubscription()
}

const unknownDelivery = (): never => {
  throw noDelivery()
}

/** Of a server that sends none. */
export const noWebhooks: WebhookSubscriptions = {
  list: () => [],
  get: unknownSubscription,
  create: () => {
    throw new WebhookLimitError('this server keeps no webhook subscriptions')
  },
  change: unknownSubscription,
  delete: unknownSubscription,
  rotateSecret: unknownSubscription,
  test: unknownSubscription,
  deliveries: () => ({ items: [], next: null, total: 0 }),
  delivery: unknownDelivery,
  redeliver: unknownDelivery,
  figures: { attempts: { delivered: 0, repeated: 0, failed: 0 }, disabled: 0 },
}
