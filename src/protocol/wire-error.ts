import { z } from 'zod'

/** An error on its way between processes: enough to make one of the same class again. */
export interface WireError {
  /** Of the class: `JobFailedError`, `TypeError`, ... */
  readonly name: string
  /** The classes it is of, from its own up to the one below Error. */
  readonly lineage: readonly string[]
  readonly message: string
  /** Of a MillraceError. */
  readonly code?: string | undefined
  readonly remedy?: string | undefined
  readonly operator?: string | undefined
  /** In the user's own source. */
  readonly site?: { readonly file: string; readonly line: number; readonly column: number } | undefined
  readonly record?: string | undefined
  readonly stack?: string | undefined
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
    get cause() {
      return wireErrorSchema.optional()
    },
  })
  .meta({ id: 'Error', description: 'Why a job failed, with the operator and the line of its program.' })
