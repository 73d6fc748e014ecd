import type { z } from 'zod'
import { bareSchema, entrySchema, fileName, isTime, shapeOf } from './file-names.ts'
import { type FileSettings, settingsSchema } from './settings-schema.ts'

/** A setting for those who want to see it. */
export interface ServerSettingRow {
  /** As in a file, with dots between: `background.queue_processing.enabled`. */
  readonly key: string
  readonly value: string | number | boolean
  /** Who says so: `--port`, the name of a variable, the path of a file, `default`. */
  readonly origin: string
}

/** Settings, and who says so. */
export interface SettingLayer {
  readonly settings: FileSettings
  readonly originOf: (key: string) => string
}

/** In place of what is secret. */
const MASK = '********'

/** Keys whose values are secret, and what is below them. */
const secret: ReadonlySet<string> = new Set(['token', 'secrets', 'headers'])

/** Every setting once, as the last layer has it that has it. */
export function serverSettingRows(layers: readonly SettingLayer[]): readonly ServerSettingRow[] {
  const rows = new Map<string, ServerSettingRow>()
  for (const { settings, originOf } of layers) {
    for (const [key, value] of leaves(settings, settingsSchema, [])) {
      rows.set(key, { key, value, origin: originOf(key) })
    }
  }
  return [...rows.values()]
}

type Leaf = readonly [key: string, value: ServerSettingRow['value']]

function leaves(value: unknown, schema: z.ZodType, path: readonly string[]): readonly Leaf[] {
  if (value === undefined) return []
  const key = path.join('.')
  if (path.some((part) => secret.has(part))) return [[key, MASK]]
  if (typeof value === 'number') return [[key, isTime(bareSchema(schema)) ? value / 1000 : value]]
  if (typeof value === 'boolean' || typeof value === 'string') return [[key, value]]
  if (typeof value !== 'object' || value === null) return [[key, JSON.stringify(value)]]
  const entry = entrySchema(schema)
  if (Array.isArray(value)) {
    const named = value as readonly { readonly name?: string }[]
    if (entry === undefined || typeof named[0]?.name !== 'string') return [[key, textOf(value)]]
    return named.flatMap((each) => leaves(each, entry, [...path, each.name!]))
  }
  const shape = shapeOf(schema, value)
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = shape?.[name] ?? entry
    if (known === undefined) return [[[...path, name].join('.'), JSON.stringify(inner)] as const]
    return leaves(inner, known, [...path, shape === undefined ? name : fileName(name, known)])
  })
}

const textOf = (list: readonly unknown[]): string =>
  list.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', ')
