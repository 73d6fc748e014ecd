import { z } from 'zod'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import {
  type CheckpointInfo,
  checkpointInfoSchema,
  type JobSummary,
  jobSummarySchema,
  type JobTransition,
  jobTransitionSchema,
} from './job-info.ts'
import { jobProgressSchema } from './job-progress.ts'
import { timeSchema } from './times.ts'

interface EventBase {
  /** Increasing over all jobs, kept over restarts of the server. */
  readonly id: number
  readonly at: string
  /** Id of the job. */
  readonly job: string
}

/**
 * What happens to jobs. Events are written in the transaction of what they tell, so none is missing and none is untrue.
 */
export type JobEvent =
  | (EventBase & { readonly type: 'job_submitted'; readonly summary: JobSummary })
  | (EventBase & {
      readonly type: 'job_status_changed'
      readonly transition: JobTransition
      readonly summary: JobSummary
    })
  | (EventBase & { readonly type: 'job_checkpoint'; readonly checkpoint: CheckpointInfo })
  | (EventBase & {
      readonly type: 'job_deleted'
      /** As it was last. Events of older versions do not have it. */
      readonly summary?: JobSummary | undefined
    })

const base = { id: z.number().int().positive(), at: timeSchema, job: z.string() }

export const jobEventSchema: z.ZodType<JobEvent> = z
  .discriminatedUnion('type', [
    z.object({ ...base, type: z.literal('job_submitted'), summary: jobSummarySchema }),
    z.object({
      ...base,
      type: z.literal('job_status_changed'),
      transition: jobTransitionSchema,
      summary: jobSummarySchema,
    }),
    z.object({ ...base, type: z.literal('job_checkpoint'), checkpoint: checkpointInfoSchema }),
    z.object({ ...base, type: z.literal('job_deleted'), summary: jobSummarySchema.optional() }),
  ])
  .meta({ id: 'JobEvent' })

/** Events behind one that was named, oldest first. Fewer than were asked for: there are no more up to `last`. */
export interface EventPage {
  readonly items: readonly JobEvent[]
  /** The oldest that is kept, and the newest there is; both 0 before there was one. */
  readonly first: number
  readonly last: number
}

export const eventPageSchema: z.ZodType<EventPage> = z
  .object({
    items: z.array(jobEventSchema),
    first: z.number().int().nonnegative(),
    last: z.number().int().nonnegative(),
  })
  .meta({ id: 'EventPage' })

/** How far a job is: sent beside events, without an id, and kept nowhere. */
export interface ProgressNotice {
  readonly job: string
  readonly progress: JobProgress
}

export const progressNoticeSchema: z.ZodType<ProgressNotice> = z
  .object({ job: z.string(), progress: jobProgressSchema })
  .meta({ id: 'ProgressNotice' })

/** What a stream says instead of events that are not kept any more: look at the jobs themselves, then go on. */
export interface EventGap {
  /** The first event that is kept; those from the one asked for up to it are gone. */
  readonly firstKept: number
}

export const eventGapSchema: z.ZodType<EventGap> = z
  .object({ firstKept: z.number().int() })
  .meta({ id: 'EventGap' })

/** What a stream says before it drops a client that takes too little. Who comes back goes on where it was. */
export interface SlowNotice {
  /** Events, or log lines, that it has not taken. */
  readonly waiting: number
}

export const slowNoticeSchema: z.ZodType<SlowNotice> = z
  .object({ waiting: z.number().int().nonnegative() })
  .meta({ id: 'SlowNotice' })
