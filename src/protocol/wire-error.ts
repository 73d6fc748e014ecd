import { z } from 'zod'
import type { PortableError } from '../errors/portable-error.ts'
import type { JobResult } from '../job/job-result.ts'
import { jobResultSchema } from './job-result.ts'

/** A dead letter of a job that failed. */
export interface WireDeadLetter {
  /** As it is, where it is JSON; else an excerpt. */
  readonly record?: unknown
  readonly operator: string
  readonly nodeId: string
  readonly error: WireError
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** An error on its way between processes, that of a job with what is known of the job. */
export interface WireError extends PortableError {
  /** Of a job that failed or was cancelled: the books up to then. */
  readonly result?: JobResult | undefined
  readonly deadLetters?: readonly WireDeadLetter[] | undefined
  /** At most eight deep. */
  readonly cause?: WireError | undefined
}

export const wireErrorSchema: z.ZodType<WireError> = z
  .object({
    name: z.string(),
    lineage: z.array(z.string()),
    message: z.string(),
    code: z.string().optional(),
    remedy: z.string().optional(),
    operator: z.string().optional(),
    site: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional(),
    record: z.string().optional(),
    stack: z.string().optional(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    thrown: z.boolean().optional(),
    result: jobResultSchema.optional(),
    get deadLetters() {
      return z
        .array(
          z.object({
            record: z.unknown(),
            operator: z.string(),
            nodeId: z.string(),
            error: wireErrorSchema,
            attempts: z.number(),
            at: z.number(),
          }),
        )
        .optional()
    },
    get cause() {
      return wireErrorSchema.optional()
    },
  })
  .meta({ id: 'Error', description: 'Why a job failed, with the operator and the line of its program.' })
