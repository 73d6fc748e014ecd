import { z } from 'zod'
import { timeSchema } from './times.ts'

/** What a job has cost so far, as its provider tells it. */
export interface JobCost {
  readonly amount: number
  /** ISO 4217, as `USD`, or what else the provider counts in, as `seconds`. */
  readonly unit: string
}

/** What there is to say of a job that runs elsewhere, beside what every job has. */
export interface ForeignDetails {
  /** The provider's own word for its status, as last told; null: it told none. */
  readonly externalStatus: string | null
  /** A page about the job, for people; null: it has none. */
  readonly url: string | null
  readonly cost: JobCost | null
  /** When the provider last told of it. */
  readonly refreshedAt: string
  /** Why it could not be refreshed since then; null: it could. */
  readonly refreshError: string | null
}

export const foreignDetailsSchema: z.ZodType<ForeignDetails> = z
  .object({
    externalStatus: z.string().nullable(),
    url: z.string().nullable(),
    cost: z.object({ amount: z.number(), unit: z.string() }).nullable(),
    refreshedAt: timeSchema,
    refreshError: z.string().nullable(),
  })
  .meta({ id: 'ForeignDetails', description: 'Of a job that runs elsewhere.' })
