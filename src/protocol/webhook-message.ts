import { z } from 'zod'
import type { JobStatus } from '../job/job-status.ts'
import { type CheckpointInfo, checkpointInfoSchema, type JobSummary, jobSummarySchema } from './job-info.ts'
import { jobStatusSchema } from './job-status.ts'
import { orNull } from './or-null.ts'
import { timeSchema } from './times.ts'

/** What every webhook about a job says. */
interface JobData {
  readonly job_id: string
  /** Number of the event, which grows: of two webhooks about a job the higher one is newer. */
  readonly event_id: number
}

/**
 * The body of a webhook that this server sends, as Standard Webhooks has it: what has happened, when, and to what.
 */
export type WebhookMessage =
  | {
      readonly type: 'job_status_changed'
      readonly timestamp: string
      readonly data: JobData & {
        readonly old_status: JobStatus | null
        readonly new_status: JobStatus
        /** Who or what brought it about, in a sentence. */
        readonly cause: string
        /** As it was right after the change. */
        readonly job: JobSummary
      }
    }
  | {
      readonly type: 'job_submitted'
      readonly timestamp: string
      readonly data: JobData & { readonly job: JobSummary }
    }
  | {
      readonly type: 'job_checkpoint'
      readonly timestamp: string
      readonly data: JobData & { readonly checkpoint: CheckpointInfo }
    }
  | {
      readonly type: 'job_deleted'
      readonly timestamp: string
      /** `job`: as it was last; null where that is not known. */
      readonly data: JobData & { readonly job: JobSummary | null }
    }
  | {
      readonly type: 'ping'
      readonly timestamp: string
      readonly data: { readonly subscription_id: string }
    }

const base = { job_id: z.string(), event_id: z.number().int().positive() }

const message = <const T extends string, const D extends z.ZodRawShape>(
  type: T,
  data: D,
): z.ZodObject<{ type: z.ZodLiteral<T>; timestamp: z.ZodString; data: z.ZodObject<D> }> =>
  z.object({ type: z.literal(type), timestamp: timeSchema, data: z.object(data) })

export const webhookMessageSchema: z.ZodType<WebhookMessage> = z.discriminatedUnion('type', [
  message('job_status_changed', {
    ...base,
    old_status: orNull(jobStatusSchema),
    new_status: jobStatusSchema,
    cause: z.string(),
    job: jobSummarySchema,
  }),
  message('job_submitted', { ...base, job: jobSummarySchema }),
  message('job_checkpoint', { ...base, checkpoint: checkpointInfoSchema }),
  message('job_deleted', { ...base, job: orNull(jobSummarySchema) }),
  message('ping', { subscription_id: z.string() }),
])
