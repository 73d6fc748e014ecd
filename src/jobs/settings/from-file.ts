import { z } from 'zod'
import { nearest } from '../../util/nearest.ts'
import { bareSchema, entrySchema, fileName, isTime, shapeOf } from './file-names.ts'

export interface UnknownKey {
  /** In the file; its last part is the key. */
  readonly path: readonly (string | number)[]
  /** What was probably meant. */
  readonly meant: string | undefined
  /** What there may be instead. */
  readonly known: readonly string[]
}

/**
 * What a file says, called as options are. Keys that there are not are left out, and told of. A section that is empty,
 * as when all in it is commented out, counts as left out.
 */
export function fromFile(
  value: unknown,
  schema: z.ZodType,
  onUnknown: (key: UnknownKey) => void,
  path: readonly (string | number)[] = [],
): unknown {
  const bare = bareSchema(schema)
  if (isTime(bare)) return typeof value === 'number' ? value * 1000 : value
  if (value === null && isSection(bare)) return undefined
  const entry = entrySchema(bare)
  if (Array.isArray(value)) {
    return entry === undefined
      ? value
      : value.map((each, i) => fromFile(each, entry, onUnknown, [...path, i]))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if (entry !== undefined) {
    return Object.fromEntries(
      entries.map(([key, each]) => [key, fromFile(each, entry, onUnknown, [...path, key])]),
    )
  }
  const shape = shapeOf(bare, value)
  if (shape === undefined) return value
  const options = new Map(Object.entries(shape).map(([option, inner]) => [fileName(option, inner), option]))
  return Object.fromEntries(
    entries.flatMap(([key, each]) => {
      const option = options.get(key)
      if (option !== undefined) {
        return [[option, fromFile(each, shape[option]!, onUnknown, [...path, key])] as const]
      }
      const known = [...options.keys()]
      onUnknown({ path: [...path, key], meant: nearest(key, known), known })
      return []
    }),
  )
}

const isSection = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodObject || schema instanceof z.ZodArray || schema instanceof z.ZodRecord
