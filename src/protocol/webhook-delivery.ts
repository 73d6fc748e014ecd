import { z } from 'zod'
import { timeSchema } from './times.ts'
import { type WebhookEvent, webhookEvents } from './webhook-subscription.ts'

/** `pending`: it waits for an attempt. `failed`: it is not tried any more. */
export const webhookDeliveryStatuses = ['pending', 'delivered', 'failed'] as const
export type WebhookDeliveryStatus = (typeof webhookDeliveryStatuses)[number]

/** One try at delivering a webhook. */
export interface WebhookAttempt {
  readonly at: string
  readonly durationMs: number
  /** Of the answer; null: there was none. */
  readonly status: number | null
  /** What went wrong; null: nothing. */
  readonly error: string | null
  /** The beginning of the answer's body; null: there was no answer. */
  readonly answer: string | null
}

export const webhookAttemptSchema: z.ZodType<WebhookAttempt> = z
  .object({
    at: timeSchema,
    durationMs: z.number().nonnegative(),
    status: z.number().int().nullable(),
    error: z.string().nullable(),
    answer: z.string().nullable(),
  })
  .meta({ id: 'WebhookAttempt' })

/** A webhook for one subscription. */
export interface WebhookDelivery {
  /** The header `webhook-id`, the same in all attempts. */
  readonly id: string
  /** Id of the subscription. */
  readonly subscription: string
  readonly type: WebhookEvent | 'ping'
  /** Number of the event that it tells of; null for a ping. */
  readonly event: number | null
  /** Id of the job; null for a ping. */
  readonly job: string | null
  readonly status: WebhookDeliveryStatus
  readonly createdAt: string
  /** When it is tried next; null: not any more. */
  readonly nextAttemptAt: string | null
  /** The newest twenty, oldest first. */
  readonly attempts: readonly WebhookAttempt[]
}

const shape = {
  id: z.string(),
  subscription: z.string(),
  type: z.enum([...webhookEvents, 'ping']),
  event: z.number().int().positive().nullable(),
  job: z.string().nullable(),
  status: z.enum(webhookDeliveryStatuses),
  createdAt: timeSchema,
  nextAttemptAt: timeSchema.nullable(),
  attempts: z.array(webhookAttemptSchema),
}

export const webhookDeliverySchema: z.ZodType<WebhookDelivery> = z
  .object(shape)
  .meta({ id: 'WebhookDelivery' })

/** With what is sent. */
export interface WebhookDeliveryDetails extends WebhookDelivery {
  /** The body, as it is signed. */
  readonly body: string
}

export const webhookDeliveryDetailsSchema: z.ZodType<WebhookDeliveryDetails> = z
  .object({ ...shape, body: z.string() })
  .meta({ id: 'WebhookDeliveryDetails' })
