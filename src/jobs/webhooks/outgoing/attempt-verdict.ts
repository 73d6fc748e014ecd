import type { WebhookSubscription } from '../../../protocol/webhook-subscription.ts'
import type { AttemptOutcome, DueDelivery, SubscriptionSettings } from '../../store/webhook-store.ts'
import type { WebhookAnswer } from './post-webhook.ts'
import { retryDelay } from './retry-schedule.ts'

/** Milliseconds without a success after which a subscription is disabled, once a delivery has been given up. */
const FAILING_LIMIT = 5 * 24 * 3_600_000

/** What follows from an attempt. */
export interface AttemptVerdict extends Pick<AttemptOutcome, 'status' | 'dueAt'> {
  /** What is to be different of the subscription. */
  readonly change: Partial<SubscriptionSettings>
}

/** @param random from 0 up to 1 */
export function attemptVerdict(
  { failingSince }: Pick<WebhookSubscription, 'failingSince'>,
  { type, failures }: Pick<DueDelivery, 'type' | 'failures'>,
  { status, error, retryAfter }: Pick<WebhookAnswer, 'status' | 'error' | 'retryAfter'>,
  now: number,
  random: number,
): AttemptVerdict {
  if (error === null) {
    return { status: 'delivered', dueAt: null, change: failingSince === null ? {} : { failingSince: null } }
  }
  const since = failingSince ?? new Date(now).toISOString()
  if (status === 410) return givenUp({ ...disabled('its receiver answered 410 Gone'), failingSince: since })
  // Whoever tries a subscription out wants to know at once, and nothing of it has to arrive.
  if (type === 'ping') return givenUp({})
  const change = failingSince === null ? { failingSince: since } : {}
  const delay = retryDelay(failures + 1, random, retryAfter)
  if (delay !== null) return { status: 'pending', dueAt: now + delay, change }
  if (now - Date.parse(since) < FAILING_LIMIT) return givenUp(change)
  return givenUp({ ...change, ...disabled(`nothing could be delivered since ${since}`) })
}

const givenUp = (change: Partial<SubscriptionSettings>): AttemptVerdict => ({
  status: 'failed',
  dueAt: null,
  change,
})

const disabled = (disabledReason: string): Partial<SubscriptionSettings> => ({
  enabled: false,
  disabledReason,
})
