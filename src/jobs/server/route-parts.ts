import { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { ForbiddenError } from '../../errors/job-server-errors.ts'
import { problemSchema } from '../../protocol/problem.ts'
import type { Scope } from '../../protocol/server-info.ts'
import type { ServerEnv } from './server-context.ts'
import { includesScope } from './tokens.ts'

/** What routes are put together from, so that each says all that it may answer. */

interface Content<T> {
  readonly description: string
  readonly content: { readonly 'application/json': { readonly schema: z.ZodType<T> } }
}

export const json = <T>(schema: z.ZodType<T>, description: string): Content<T> => ({
  description,
  content: { 'application/json': { schema } },
})

/** A body that must be there. */
export const jsonRequest = <I, O>(
  schema: z.ZodType<O, I>,
): {
  readonly required: true
  readonly content: { readonly 'application/json': { readonly schema: z.ZodType<O, I> } }
} => ({ required: true, content: { 'application/json': { schema } } })

/** Of an answer to what has made something. */
export const locationHeader = (
  of: string,
): {
  readonly headers: {
    readonly Location: { readonly description: string; readonly schema: { readonly type: 'string' } }
  }
} => ({ headers: { Location: { description: `Path of ${of}.`, schema: { type: 'string' } } } })

const retryHeader = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' as const } },
}

interface Refusal {
  readonly description: string
  readonly headers?: Readonly<
    Record<string, { readonly description: string; readonly schema: { readonly type: 'string' | 'integer' } }>
  >
}
type Refused = 400 | 401 | 403 | 404 | 409 | 411 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504

const refusals: Readonly<Record<Refused, Refusal>> = {
  400: { description: 'The request cannot be read: its path, its query, its headers or its JSON.' },
  401: {
    description: 'There is no token, or one that the server does not know.',
    headers: { 'WWW-Authenticate': { description: 'Bearer', schema: { type: 'string' } } },
  },
  403: { description: 'The token is not for this, or the request comes from where it may not come from.' },
  404: { description: 'There is no such thing: there never was, or it was deleted.' },
  409: { description: 'What is asked for does not go with how things are.' },
  411: { description: 'Neither a length nor a body that is sent in chunks.' },
  413: { description: 'The body is larger than the server takes.' },
  415: { description: 'The body is of another media type.' },
  422: { description: 'The body can be read, but is not what it should be. `errors` has the fields.' },
  429: {
    description: 'Too many requests with a wrong token from this address, or too many streams of events.',
    headers: retryHeader,
  },
  500: { description: 'The server failed.' },
  502: { description: 'The provider of the job refuses, or answers what cannot be read.' },
  503: { description: 'There is no room now, or the server starts or closes.', headers: retryHeader },
  504: { description: 'The provider of the job does not answer in time.' },
}

interface ProblemContent {
  readonly description: string
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof problemSchema } }
}

/** How a route may refuse, beside what `secured` adds. */
export function problems<const S extends Refused>(...statuses: readonly S[]): Record<S, ProblemContent> {
  const content = { 'application/problem+json': { schema: problemSchema } }
  return Object.fromEntries(statuses.map((status) => [status, { ...refusals[status], content }])) as never
}

/** How every route that needs a token may refuse. */
export const usualProblems: Record<400 | 401 | 403 | 429 | 500 | 503, ProblemContent> = problems(
  400,
  401,
  403,
  429,
  500,
  503,
)

/** What a route needs that is for those with a scope. */
export function secured(needed: Scope): {
  security: Record<string, string[]>[]
  middleware: MiddlewareHandler<ServerEnv>
} {
  return {
    security: [{ bearer: [] }],
    middleware: async (c, next) => {
      const { scope } = c.var.principal
      if (!includesScope(scope, needed)) {
        throw new ForbiddenError(
          `This needs a token with the scope \`${needed}\`; this one has \`${scope}\`.`,
          {
            remedy: 'Ask an admin of the server for another.',
          },
        )
      }
      await next()
    },
  }
}

export const jobParams: z.ZodObject<{ id: z.ZodString }> = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'Of the job.' }),
})

/** A number in a query, or a header, that may be left out. */
export const queryPosition: z.ZodType<number, string> = z
  .string()
  .regex(/^\d{1,15}$/, 'a number')
  .transform(Number)

/** A number in a query. */
export const queryNumber = (least: number, most: number, preset: number): z.ZodType<number, number> =>
  z
    .preprocess(
      (text) =>
        text === undefined ? preset : typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text,
      z.number().int().min(least).max(most),
    )
    .openapi({ type: 'integer', minimum: least, maximum: most, default: preset }) as never
