import { z } from 'zod'
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

/** An error on its way between processes: enough to make one of the same class again. */
export interface WireError {
  /** Of the class: `JobFailedError`, `TypeError`, ... */
  readonly name: string
  /** The classes it is of, from its own up to the one below Error. */
  readonly lineage: readonly string[]
  readonly message: string
  /** Of a MillraceError, or of the system. */
  readonly code?: string | undefined
  readonly remedy?: string | undefined
  readonly operator?: string | undefined
  /** In the user's own source. */
  readonly site?: { readonly file: string; readonly line: number; readonly column: number } | undefined
  readonly record?: string | undefined
  readonly stack?: string | undefined
  /** Its own further fields, where they are plain values. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>> | undefined
  /** Whether it was no Error that was thrown: `message` is the text itself, or an excerpt of what was. */
  readonly thrown?: boolean | undefined
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
