import { z } from 'zod'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import { type ForeignDetails, foreignDetailsSchema } from './foreign-details.ts'
import { jobProgressSchema } from './job-progress.ts'
import { jobResultSchema } from './job-result.ts'
import { jobStatusSchema } from './job-status.ts'
import { orNull } from './or-null.ts'
import { timeSchema } from './times.ts'
import { type WireError, wireErrorSchema } from './wire-error.ts'

/** A checkpoint or savepoint of a job on the server. */
export interface CheckpointInfo {
  readonly id: number
  readonly kind: 'checkpoint' | 'savepoint'
  /** For `resume`. */
  readonly location: string
  readonly takenAt: string
  readonly bytes: number
  /** From when it was begun until it was complete, in milliseconds; absent where nobody measured it. */
  readonly durationMs?: number | undefined
}

export const checkpointInfoSchema: z.ZodType<CheckpointInfo> = z
  .object({
    id: z.number(),
    kind: z.enum(['checkpoint', 'savepoint']),
    location: z.string(),
    takenAt: timeSchema,
    bytes: z.number().nonnegative(),
    durationMs: z
      .number()
      .nonnegative()
      .optional()
      .meta({ description: 'From its beginning until it was complete.' }),
  })
  .meta({ id: 'Checkpoint' })

/** The process of a job that runs, as of its last heartbeat. */
export interface ProcessInfo {
  readonly pid: number
  readonly startedAt: string
  readonly heartbeatAt: string
  readonly rssBytes: number
  readonly heapBytes: number
  /** Of one core, averaged since the heartbeat before: 1 is a core that is busy. */
  readonly cpu: number
}

export const processInfoSchema: z.ZodType<ProcessInfo> = z
  .object({
    pid: z.number().int(),
    startedAt: timeSchema,
    heartbeatAt: timeSchema,
    rssBytes: z.number(),
    heapBytes: z.number(),
    cpu: z.number(),
  })
  .meta({ id: 'Process' })

/** A job as lists show it. */
export interface JobSummary {
  readonly id: string
  readonly name: string
  readonly status: JobStatus
  readonly autostop: boolean
  readonly priority: number
  readonly checkpointed: boolean
  /** In the queue, from 1; null when it is not queued. */
  readonly position: number | null
  readonly submittedAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** By its restart strategy or after the server's own restart, over all of its runs. */
  readonly restarts: number
  /** Grows with every change: of two answers about a job the higher one is newer. */
  readonly revision: number
  /** Where it runs: the name of a provider, or `local` for the server's own. */
  readonly provider: string
  /** What its provider calls it; null for the server's own. */
  readonly externalId: string | null
}

const summaryShape = {
  id: z.string(),
  name: z.string(),
  status: jobStatusSchema,
  autostop: z.boolean(),
  priority: z.number().int(),
  checkpointed: z.boolean(),
  position: z.number().int().positive().nullable(),
  submittedAt: timeSchema,
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  restarts: z.number().int().nonnegative(),
  revision: z.number().int().nonnegative(),
  provider: z.string(),
  externalId: z.string().nullable(),
}

export const jobSummarySchema: z.ZodType<JobSummary> = z.object(summaryShape).meta({ id: 'JobSummary' })

/** All there is to say of a job. */
export interface JobInfo extends JobSummary {
  /** Id of the job that this one is a restart of, which may have been deleted since; null: none. */
  readonly restartedFrom: string | null
  /** Null unless a process runs it. */
  readonly process: ProcessInfo | null
  /** As last told; null before it ran. */
  readonly progress: JobProgress | null
  /** That a stopped job goes on from; null: it begins again. */
  readonly savepoint: CheckpointInfo | null
  /** Why it failed, or was cancelled; null otherwise. */
  readonly error: WireError | null
  /** Of its last run, once it is over. */
  readonly result: JobResult | null
  /** Of a job that runs elsewhere; null for the server's own. */
  readonly foreign: ForeignDetails | null
}

export const jobInfoSchema: z.ZodType<JobInfo> = z
  .object({
    ...summaryShape,
    restartedFrom: z.string().nullable(),
    process: orNull(processInfoSchema),
    progress: orNull(jobProgressSchema),
    savepoint: orNull(checkpointInfoSchema),
    error: orNull(wireErrorSchema),
    result: orNull(jobResultSchema),
    foreign: orNull(foreignDetailsSchema),
  })
  .meta({ id: 'Job' })

/** One change of a job's status. */
export interface JobTransition {
  readonly from: JobStatus | null
  readonly to: JobStatus
  readonly at: string
  /** Who or what brought it about, in a sentence. */
  readonly cause: string
}

export const jobTransitionSchema: z.ZodType<JobTransition> = z
  .object({ from: orNull(jobStatusSchema), to: jobStatusSchema, at: timeSchema, cause: z.string() })
  .meta({ id: 'Transition' })

/** Where a line of a job's log comes from. `system`: the server's own remarks about the process. */
export const logStreams = ['stdout', 'stderr', 'system'] as const
export type LogStream = (typeof logStreams)[number]

/** A line that a job's process has written. */
export interface LogLine {
  /** From 1, without gaps, over all of the job's runs. */
  readonly seq: number
  readonly at: string
  readonly stream: LogStream
  readonly text: string
}

export const logLineSchema: z.ZodType<LogLine> = z
  .object({
    seq: z.number().int().positive(),
    at: timeSchema,
    stream: z.enum(logStreams),
    text: z.string(),
  })
  .meta({ id: 'LogLine' })
