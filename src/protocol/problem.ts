import { z } from 'zod'

/** Why a request was refused, as RFC 9457 has it. */
export interface Problem {
  /** `about:blank`, or a page that says more. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What is wrong with this request. */
  readonly detail: string
  /** Stable, for programs. */
  readonly code: string
  /** A sentence that says what to do. */
  readonly remedy?: string | undefined
  /** Where fields of the request are wrong: the path of each, and why. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined
}

export const problemSchema: z.ZodType<Problem> = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    remedy: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
