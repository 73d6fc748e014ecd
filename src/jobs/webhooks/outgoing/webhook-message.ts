import type { JobEvent } from '../../../protocol/job-event.ts'
import type { WebhookMessage } from '../../../protocol/webhook-message.ts'
import type { WebhookSubscription } from '../../../protocol/webhook-subscription.ts'
import type { EventSubject, NewDelivery } from '../../store/webhook-store.ts'

/** Whether a subscription is to be told of an event. Of a job of which nothing is known no filter is met. */
export function wants(
  { events, filter }: Pick<WebhookSubscription, 'events' | 'filter'>,
  event: JobEvent,
  subject: EventSubject | null,
): boolean {
  const { statuses, providers, name, job } = filter
  if (!events.includes(event.type)) return false
  if (job !== undefined && job !== event.job) return false
  if (event.type === 'job_status_changed' && statuses?.includes(event.transition.to) === false) return false
  if (providers !== undefined && (subject === null || !providers.includes(subject.provider))) return false
  return name === undefined || (subject !== null && lower(subject.name).includes(lower(name)))
}

const lower = (text: string): string => text.toLowerCase()

export function messageOf(event: JobEvent): WebhookMessage {
  const { at: timestamp, job: job_id, id: event_id } = event
  const base = { job_id, event_id }
  switch (event.type) {
    case 'job_status_changed': {
      const { transition, summary: job } = event
      const { from: old_status, to: new_status, cause } = transition
      return { type: event.type, timestamp, data: { ...base, old_status, new_status, cause, job } }
    }
    case 'job_submitted':
      return { type: event.type, timestamp, data: { ...base, job: event.summary } }
    case 'job_checkpoint':
      return { type: event.type, timestamp, data: { ...base, checkpoint: event.checkpoint } }
    case 'job_deleted':
      return { type: event.type, timestamp, data: { ...base, job: event.summary ?? null } }
    default:
      return event satisfies never
  }
}

/** What a subscription gets of an event: its id follows from both, so it is the same however often it is made. */
export function deliveryOf(
  subscription: WebhookSubscription,
  event: JobEvent,
  subject: EventSubject | null,
): NewDelivery | null {
  if (!wants(subscription, event, subject)) return null
  const body = JSON.stringify(messageOf(event))
  const id = `msg_${subscription.id.replace(/^sub_/, '')}_${event.id}`
  return { id, type: event.type, event: event.id, job: event.job, body }
}

/** What a subscription gets when somebody tries it out. */
export function pingOf(subscription: string, at: number, mark: string): NewDelivery {
  const message: WebhookMessage = {
    type: 'ping',
    timestamp: new Date(at).toISOString(),
    data: { subscription_id: subscription },
  }
  const id = `msg_${subscription.replace(/^sub_/, '')}_ping_${mark}`
  return { id, type: 'ping', event: null, job: null, body: JSON.stringify(message) }
}
