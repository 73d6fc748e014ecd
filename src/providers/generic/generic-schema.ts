import { z } from 'zod'
import type { GenericParts } from './generic-config.ts'

export const fieldPath: z.ZodType<string> = z
  .string('a JSON pointer such as /status/phase, or names with dots between')
  .max(1_000)
  .refine(
    (path) => !/~(?![01])/.test(path),
    'a JSON pointer in which `~` is written `~0`, and `/` in a name `~1`',
  )

const path = z
  .string('a path below the url')
  .min(1, 'a path below the url')
  .refine((text) => !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(text), 'a path below the url, not a url')

/** @param names that may stand in braces */
const template = (names: readonly string[], ...needed: readonly string[]): z.ZodType<string> =>
  path.superRefine((text, context) => {
    const found = [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name as string)
    const unknown = found.find((name) => !names.includes(name))
    const missing = needed.find((name) => !found.includes(name))
    const allowed = names.map((name) => `{${name}}`).join(', ')
    if (unknown !== undefined)
      context.addIssue(`a path without {${unknown}}, which cannot be filled in: it may have ${allowed}`)
    if (missing !== undefined) context.addIssue(`a path with {${missing}} in it`)
  })

const next = z.discriminatedUnion(
  'style',
  [
    z.strictObject({ style: z.literal('cursor'), at: fieldPath }),
    z.strictObject({ style: z.literal('url'), at: fieldPath }),
    z.strictObject({ style: z.literal('link') }),
    z.strictObject({ style: z.literal('page'), first: z.number().int().nonnegative().optional() }),
    z.strictObject({ style: z.literal('offset') }),
  ],
  'an object with a style: cursor, url, link, page or offset',
)

const placeholder: Readonly<Record<string, string>> = { cursor: 'cursor', page: 'page', offset: 'offset' }

const list = z
  .strictObject({
    path: template(['limit', 'cursor', 'page', 'offset']),
    items: fieldPath.optional(),
    next: next.optional(),
    pageSize: z.number().int().min(1).max(10_000).optional(),
  })
  .superRefine(({ path: text, next: paging }, context) => {
    const name = placeholder[paging?.style ?? '']
    if (name === undefined || text.includes(`{${name}}`)) return
    const message = `a path with {${name}} in it, as the style is ${paging?.style}`
    context.addIssue({ code: 'custom', path: ['path'], message })
  })

const headerName = z.string('a name of a header').regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'a name of a header')
const headerValue = z
  .string('a text without line breaks')
  .regex(/^[\x20-\x7e]*$/, 'a text without line breaks')
const header = z.record(headerName, headerValue)

/** What only the generic type has. */
export const genericShape: { readonly [Key in keyof GenericParts]-?: z.ZodType<GenericParts[Key]> } = {
  headers: header.optional(),
  headersEnv: header.optional(),
  auth: z.strictObject({ header: headerName.optional(), prefix: headerValue.optional() }).optional(),
  list: list.optional(),
  get: z.strictObject({ path: template(['id'], 'id'), job: fieldPath.optional() }),
  cancel: z
    .strictObject({
      path: template(['id'], 'id'),
      method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).optional(),
      body: z.json().optional(),
    })
    .optional(),
  logs: z
    .strictObject({
      path: template(['id'], 'id'),
      at: fieldPath.optional(),
      text: fieldPath.optional(),
      time: fieldPath.optional(),
    })
    .optional(),
  fields: z.strictObject({
    id: fieldPath,
    status: fieldPath,
    name: fieldPath.optional(),
    version: fieldPath.optional(),
    submittedAt: fieldPath.optional(),
    startedAt: fieldPath.optional(),
    endedAt: fieldPath.optional(),
    restarts: fieldPath.optional(),
    cost: z.strictObject({ amount: fieldPath, unit: z.string().min(1) }).optional(),
    error: fieldPath.optional(),
    url: fieldPath.optional(),
  }),
  times: z.enum(['seconds', 'milliseconds']).optional(),
}
