import type { z } from 'zod'
import { excerpt } from '../../errors/excerpt.ts'
import { bareSchema, entrySchema, isTime, shapeOf } from './file-names.ts'

/** Keys whose values are not shown, and neither is what is below them: urls may have passwords in them. */
const secret: ReadonlySet<string> = new Set(['token', 'secrets', 'headers', 'url'])

/** What stands at a path of a file, in words that keep a line; empty where it must not be shown. */
export function givenAt(content: unknown, path: readonly (string | number)[]): string {
  let at = content
  for (const part of path) at = (Object(at) as Readonly<Record<string | number, unknown>>)[part]
  if (at === undefined) return 'missing'
  if (at === null) return 'empty'
  if (Array.isArray(at)) return 'a list'
  if (typeof at === 'object') return 'a section'
  return path.some((part) => secret.has(String(part))) ? '' : excerpt(at)
}

/** What should stand there instead. Schemas of settings say that in their messages. */
export function expectedAt(schema: z.ZodType, options: unknown, issue: z.core.$ZodIssue): string {
  const { path, message } = issue
  const wanted = path.reduce<{ readonly schema: z.ZodType | undefined; readonly value: unknown }>(
    (at, key) => ({
      schema: at.schema && (shapeOf(at.schema, at.value)?.[String(key)] ?? entrySchema(at.schema)),
      value: (Object(at.value) as Readonly<Record<PropertyKey, unknown>>)[key],
    }),
    { schema, value: options },
  )
  const bare = wanted.schema && bareSchema(wanted.schema)
  return bare !== undefined && isTime(bare) ? secondsOf(bare) : message
}

function secondsOf({ minValue, maxValue }: z.ZodNumber): string {
  const least = Math.max(0, minValue ?? 0) / 1000
  const most = maxValue === null ? '' : ` to ${maxValue / 1000}`
  return `a number of seconds ${least === 0 ? 'above' : 'from'} ${least}${most}`
}
