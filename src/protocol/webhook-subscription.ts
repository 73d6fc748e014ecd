import { z } from 'zod'
import type { JobStatus } from '../job/job-status.ts'
import type { JobEvent } from './job-event.ts'
import { jobStatusSchema } from './job-status.ts'
import { timeSchema } from './times.ts'

/** What a subscription can be told of. */
export type WebhookEvent = Extract<
  JobEvent['type'],
  'job_submitted' | 'job_status_changed' | 'job_checkpoint' | 'job_deleted'
>

export const webhookEvents: readonly WebhookEvent[] = [
  'job_submitted',
  'job_status_changed',
  'job_checkpoint',
  'job_deleted',
]

/** Of which jobs a subscription is told. A job has to pass all that is given; nothing given: every job. */
export interface WebhookFilter {
  /** Of `job_status_changed`: only changes to one of these. The other events are not asked for it. */
  readonly statuses?: readonly JobStatus[] | undefined
  /** Jobs that run at one of these: names of providers, or `local`. */
  readonly providers?: readonly string[] | undefined
  /** Jobs with that in their name, in any case. */
  readonly name?: string | undefined
  /** One job, by its id. */
  readonly job?: string | undefined
}

const webhookFilterSchema: z.ZodType<WebhookFilter> = z
  .strictObject({
    statuses: z.array(jobStatusSchema).min(1).max(20).optional(),
    providers: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
    name: z.string().min(1).max(200).optional(),
    job: z.string().min(1).max(100).optional(),
  })
  .meta({ id: 'WebhookFilter' })

/** A URL that is told what happens to jobs. */
export interface WebhookSubscription {
  readonly id: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly filter: WebhookFilter
  /** While it is false nothing is sent, and the place in the events is kept. */
  readonly enabled: boolean
  /** For people. */
  readonly description: string
  readonly createdAt: string
  readonly updatedAt: string
  /** Why the server has disabled it; null: it has not. */
  readonly disabledReason: string | null
  /** Since when nothing has been delivered; null: the last delivery went well, or there was none. */
  readonly failingSince: string | null
  /** Until when the secret before this one signs along; null: it does not. */
  readonly previousSecretUntil: string | null
  /** Deliveries that wait for their first, or their next, attempt. */
  readonly pending: number
  /** Events that were not kept any more when its turn came: of a subscription that was disabled for long. */
  readonly missed: number
}

const eventsSchema = z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length)
const urlSchema = z.string().min(1).max(2000)
const descriptionSchema = z.string().max(500)

const shape = {
  id: z.string(),
  url: urlSchema,
  events: eventsSchema,
  filter: webhookFilterSchema,
  enabled: z.boolean(),
  description: descriptionSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
  disabledReason: z.string().nullable(),
  failingSince: timeSchema.nullable(),
  previousSecretUntil: timeSchema.nullable(),
  pending: z.number().int().nonnegative(),
  missed: z.number().int().nonnegative(),
}

export const webhookSubscriptionSchema: z.ZodType<WebhookSubscription> = z
  .object(shape)
  .meta({ id: 'WebhookSubscription' })

/** Oldest first. */
export interface WebhookSubscriptionList {
  readonly items: readonly WebhookSubscription[]
}

export const webhookSubscriptionListSchema: z.ZodType<WebhookSubscriptionList> = z
  .object({ items: z.array(webhookSubscriptionSchema) })
  .meta({ id: 'WebhookSubscriptionList' })

/** A subscription and its secret: the answer to making one, and to a new secret. It is shown nowhere else. */
export interface NewWebhookSubscription extends WebhookSubscription {
  /** `whsec_...`, of the Standard Webhooks scheme. */
  readonly secret: string
}

export const newWebhookSubscriptionSchema: z.ZodType<NewWebhookSubscription> = z
  .object({ ...shape, secret: z.string() })
  .meta({ id: 'NewWebhookSubscription' })

/** A subscription that somebody wants. */
export interface WebhookSubscriptionRequest {
  /** Where webhooks are posted to: http or https, without a user in it. */
  readonly url: string
  /** Default `['job_status_changed']`. */
  readonly events?: readonly WebhookEvent[] | undefined
  readonly filter?: WebhookFilter | undefined
  /** Default true. */
  readonly enabled?: boolean | undefined
  readonly description?: string | undefined
}

const requestShape = {
  events: eventsSchema.optional(),
  filter: webhookFilterSchema.optional(),
  enabled: z.boolean().optional(),
  description: descriptionSchema.optional(),
}

export const webhookSubscriptionRequestSchema: z.ZodType<WebhookSubscriptionRequest> = z
  .strictObject({ url: urlSchema, ...requestShape })
  .meta({ id: 'WebhookSubscriptionRequest' })

/** What is to be different. A field that is missing stays; `filter` is replaced as a whole. */
export type WebhookSubscriptionChange = Omit<WebhookSubscriptionRequest, 'url'> & {
  readonly url?: string | undefined
}

export const webhookSubscriptionChangeSchema: z.ZodType<WebhookSubscriptionChange> = z
  .strictObject({ url: urlSchema.optional(), ...requestShape })
  .meta({ id: 'WebhookSubscriptionChange' })
