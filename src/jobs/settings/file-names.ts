import { z } from 'zod'
import { inMilliseconds } from '../../protocol/times.ts'

/**
 * How settings are called in files, from the schema of the options that they become: `maxRunning` is `max_running`
 * there, and what is in milliseconds, as `interval`, is in seconds: `interval_seconds`.
 */

/** A time in options, in milliseconds. In a file it is given in seconds. */
export const millisecondsBetween = (least: number, most: number): z.ZodNumber =>
  z.number(`a number of milliseconds from ${least} to ${most}`).min(least).max(most).meta(inMilliseconds)

/** Without what says that it may be left out. */
export function bareSchema(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? bareSchema(schema.unwrap() as z.ZodType) : schema
}

/** Whether it is a number of milliseconds. */
export const isTime = (schema: z.ZodType): schema is z.ZodNumber =>
  schema instanceof z.ZodNumber && schema.meta()?.['unit'] === inMilliseconds.unit

export function fileName(key: string, schema: z.ZodType): string {
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return isTime(bareSchema(schema)) ? `${name}_seconds` : name
}

/** What there may be in an object: of those that a field tells apart, in the one that has its value. */
export function shapeOf(schema: z.ZodType, value: unknown): Readonly<Record<string, z.ZodType>> | undefined {
  const bare = bareSchema(schema)
  if (bare instanceof z.ZodObject) return bare.shape
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return undefined
  const { discriminator, options } = bare.def
  const given = (Object(value) as Readonly<Record<string, unknown>>)[discriminator]
  const option = (options as readonly z.ZodObject[]).find(
    ({ shape }) => (shape[discriminator] as z.ZodLiteral | undefined)?.value === given,
  )
  return option?.shape
}

/** Of the entries of a list, or of an object with any keys. */
export function entrySchema(schema: z.ZodType): z.ZodType | undefined {
  const bare = bareSchema(schema)
  if (bare instanceof z.ZodArray) return bare.element as z.ZodType
  return bare instanceof z.ZodRecord ? (bare.valueType as z.ZodType) : undefined
}

/** Where in a file an option is. What is given has the path; it ends where something is missing. */
export function pathInFile(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): readonly (string | number)[] {
  const [key, ...rest] = path
  if (key === undefined) return []
  const inner = (Object(value) as Readonly<Record<PropertyKey, unknown>>)[key]
  const shape = shapeOf(schema, value)?.[String(key)]
  const name = shape === undefined ? key : fileName(String(key), shape)
  const next = shape ?? entrySchema(schema) ?? z.unknown()
  return [name as string | number, ...pathInFile(next, inner, rest)]
}
