import { z } from 'zod'
import type { JobStatus } from '../job/job-status.ts'
import { jobStatusSchema } from './job-status.ts'
import { orNull } from './or-null.ts'
import { timeSchema } from './times.ts'

/** What a job does, in one line. Its names are those of the wire. */
export interface InlineProgress {
  readonly job_id: string
  /** What it does, as `Training`; null: nobody knows. */
  readonly stage: string | null
  /** The last line that it wrote, in at most 80 characters; null: none. */
  readonly last_log: string | null
  /** From 0 to 100, with one decimal; null: nobody knows. */
  readonly progress: number | null
}

const stage = z.string().nullable().meta({ description: 'What it does; null: nobody knows.' })
const percent = z.number().min(0).max(100).nullable()

export const inlineProgressSchema: z.ZodType<InlineProgress> = z
  .object({
    job_id: z.string(),
    stage,
    last_log: z.string().nullable().meta({ description: 'The last line that it wrote, in 80 characters.' }),
    progress: percent.meta({ description: 'From 0 to 100, with one decimal; null: nobody knows.' }),
  })
  .meta({ id: 'InlineProgress' })

/**
 * Where the stage and the progress of a job were taken from: what its process counts, the lines that it wrote, what its
 * provider says of its status, or the status that the server gives it.
 */
export type ProgressOrigin = 'runtime' | 'logs' | 'provider' | 'status'

/** How far a source has come. */
export interface SourceReport {
  /** Its id among the operators. */
  readonly node: string
  readonly name: string
  readonly done: number
  /** Null where it does not know how much there is. */
  readonly total: number | null
  /** What `done` counts: `records`, `bytes`, `files`. */
  readonly unit: string
  readonly progress: number | null
  /** Units in a second; null before it is known. */
  readonly rate: number | null
  /** Seconds until it has read all; null where that cannot be known. */
  readonly eta: number | null
}

/** What an operator has done. */
export interface OperatorReport {
  readonly node: string
  readonly name: string
  readonly kind: string
  readonly in: number
  readonly handled: number
  readonly dropped: number
  readonly deadLettered: number
  readonly failed: number
  readonly out: number
  readonly errors: number
  /** Records in a second: those that came in, of a source those that went out; null before it is known. */
  readonly rate: number | null
}

/** How much a job gets done in a second. */
export interface ProgressRate {
  readonly value: number
  /** What is counted: that of the sources, where they count the same; of a log the word in front of the figure. */
  readonly unit: string
}

/** How far a job is, and how that is known. */
export interface ProgressReport {
  readonly job: string
  readonly status: JobStatus
  readonly stage: string | null
  readonly progress: number | null
  readonly from: ProgressOrigin
  readonly lastLog: string | null
  /** Records that sources gave; null where nobody counts them. */
  readonly read: number | null
  /** Records that reached sinks. */
  readonly written: number | null
  readonly rate: ProgressRate | null
  /** Seconds until the job has read all there is, from now; null where that cannot be known, and of a job that is over. */
  readonly eta: number | null
  readonly sources: readonly SourceReport[]
  readonly operators: readonly OperatorReport[]
  /** When the figures were made; null: there are none. */
  readonly asOf: string | null
  /** How many seconds ago that was. */
  readonly age: number | null
  /** Why a job elsewhere could not be asked just now, so that this is what was known before; null: it could. */
  readonly refreshError: string | null
}

const count = z.number().nonnegative()
const rate = count.nullable().meta({ description: 'In a second; null before it is known.' })
const seconds = count.nullable()

const sourceReportSchema: z.ZodType<SourceReport> = z.object({
  node: z.string(),
  name: z.string(),
  done: count,
  total: count.nullable(),
  unit: z.string(),
  progress: percent,
  rate,
  eta: seconds,
})

const operatorReportSchema: z.ZodType<OperatorReport> = z.object({
  node: z.string(),
  name: z.string(),
  kind: z.string(),
  in: count,
  handled: count,
  dropped: count,
  deadLettered: count,
  failed: count,
  out: count,
  errors: count,
  rate,
})

const rateSchema: z.ZodType<ProgressRate> = z
  .object({ value: count, unit: z.string() })
  .meta({ id: 'ProgressRate', description: 'How much a job gets done in a second.' })

export const progressReportSchema: z.ZodType<ProgressReport> = z
  .object({
    job: z.string(),
    status: jobStatusSchema,
    stage,
    progress: percent.meta({ description: 'From 0 to 100, with one decimal; null: nobody knows.' }),
    from: z.enum(['runtime', 'logs', 'provider', 'status']).meta({
      description: 'Where stage and progress were taken from.',
    }),
    lastLog: z.string().nullable(),
    read: count.nullable(),
    written: count.nullable(),
    rate: orNull(rateSchema),
    eta: seconds.meta({ description: 'Seconds until all is read; null where that cannot be known.' }),
    sources: z.array(sourceReportSchema),
    operators: z.array(operatorReportSchema),
    asOf: timeSchema.nullable(),
    age: seconds.meta({ description: 'Seconds since the figures were made.' }),
    refreshError: z.string().nullable(),
  })
  .meta({ id: 'ProgressReport' })

/** Jobs whose progress somebody wants in one answer. */
export interface ProgressRequest {
  readonly ids: readonly string[]
}

const MOST_IDS = 200

export const progressRequestSchema: z.ZodType<ProgressRequest> = z
  .strictObject({ ids: z.array(z.string().min(1).max(100)).max(MOST_IDS) })
  .meta({ id: 'ProgressRequest' })

/** In the order in which they were asked for, each once. */
export interface ProgressList {
  readonly items: readonly ProgressReport[]
  /** Ids of which there is no job. */
  readonly missing: readonly string[]
}

export const progressListSchema: z.ZodType<ProgressList> = z
  .object({ items: z.array(progressReportSchema), missing: z.array(z.string()) })
  .meta({ id: 'ProgressList' })
