import type { CheckpointManifest } from './checkpoint-store.ts'
import { blobsOf } from './manifest-blobs.ts'

/** Whether a value is right, or else what is wrong with it. */
type Check = (value: unknown, path: string) => string | undefined

const text: Check = (value, path) => (typeof value === 'string' ? undefined : `${path} is no string`)
const flag: Check = (value, path) => (typeof value === 'boolean' ? undefined : `${path} is no boolean`)
const finite: Check = (value, path) => (Number.isFinite(value) ? undefined : `${path} is no number`)
const count: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : `${path} is no whole number from 0 on`
const kind: Check = (value, path) =>
  value === 'checkpoint' || value === 'savepoint' ? undefined : `${path} is neither checkpoint nor savepoint`
const format: Check = (value, path) =>
  value === 1 ? undefined : `${path} is ${JSON.stringify(value)}, and this version of Millrace knows 1`

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) =>
    isObject(value)
      ? first(Object.entries(fields), ([name, check]) => check(value[name], `${path}.${name}`))
      : `${path} is no object`

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path)

const record =
  (check: Check): Check =>
  (value, path) =>
    isObject(value)
      ? first(Object.entries(value), ([name, item]) => check(item, `${path}.${name}`))
      : `${path} is no object`

const list =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? first([...value.entries()], ([index, item]) => check(item, `${path}[${index}]`))
      : `${path} is no array`

function first<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== undefined) return problem
  }
  return undefined
}

const blob = shape({ checkpoint: count, offset: count, length: count, crc: count })

const subtask = shape({
  finished: flag,
  values: record(blob),
  tables: record(list(blob)),
  book: record(finite),
})

const operator = shape({
  stateId: text,
  named: flag,
  name: text,
  kind: text,
  parallelism: count,
  subtasks: list(subtask),
})

const manifest = shape({
  format,
  job: text,
  run: text,
  id: count,
  kind,
  takenAt: text,
  operators: list(operator),
  replayed: optional(list(count)),
})

/** What keeps a parsed value from being a manifest, or undefined where nothing does. The format comes first. */
export function manifestProblem(value: unknown): string | undefined {
  const problem = manifest(value, 'manifest')
  if (problem !== undefined) return problem
  const { id } = value as CheckpointManifest
  for (const { checkpoint } of blobsOf(value as CheckpointManifest)) {
    if (checkpoint > id) return `it refers to checkpoint ${checkpoint}, which is later than itself`
  }
  return undefined
}

/** What a manifest has to be of. */
export type ManifestIdentity = Partial<Pick<CheckpointManifest, 'job' | 'id' | 'kind'>>

/** In what a manifest is not the one that was asked for, or undefined where it is. */
export function identityProblem(
  manifest: CheckpointManifest,
  expected: ManifestIdentity,
): string | undefined {
  const names = ['job', 'id', 'kind'] as const
  const wrong = names.find((name) => expected[name] !== undefined && manifest[name] !== expected[name])
  if (wrong === undefined) return undefined
  return `its ${wrong} is ${JSON.stringify(manifest[wrong])}, not ${JSON.stringify(expected[wrong])}`
}
