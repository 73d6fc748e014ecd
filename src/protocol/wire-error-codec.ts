import { brandError, lineageOf, MillraceError } from '../errors/millrace-error.ts'
import { excerpt } from '../errors/excerpt.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { WireDeadLetter, WireError } from './wire-error.ts'

/** Causes of causes that travel. */
const DEPTH = 8
/** Characters of one text. */
const LONGEST = 16_384
/** Fields of an error that travel beside the ones that every error has. */
const FIELDS = 16
/** Characters of a dead letter's record in JSON; a larger one travels as an excerpt. */
const LARGEST_RECORD = 4_096

/** What was thrown, as plain data. Never throws, whatever it is. It may hold secrets: redact it before it leaves. */
export function toWireError(thrown: unknown): WireError {
  return encode(thrown, DEPTH)
}

function encode(thrown: unknown, depth: number): WireError {
  try {
    return thrown instanceof Error ? encodeError(thrown, depth) : encodeOther(thrown)
  } catch {
    return { name: 'Error', lineage: [], message: 'an error that cannot be read' }
  }
}

function encodeOther(thrown: unknown): WireError {
  const message = typeof thrown === 'string' ? short(thrown) : excerpt(thrown)
  return { name: 'Error', lineage: [], message, thrown: true }
}

function encodeError(error: Error, depth: number): WireError {
  const own = error as Error & Partial<MillraceError> & Partial<JobFailedError>
  const ours = lineageOf(error)
  const { code, remedy, operator, site, record } = own
  const wire = {
    name: String(error.name),
    lineage: ours ?? namesOf(error),
    message: short(String(error.message)),
    stack: typeof error.stack === 'string' ? short(error.stack) : undefined,
    code: typeof code === 'string' ? code : undefined,
    fields: fieldsOf(error),
    cause: 'cause' in error && depth > 1 ? encode(error.cause, depth - 1) : undefined,
  }
  if (ours === undefined) return defined(wire)
  const { result, deadLetters } = own
  return defined({
    ...wire,
    remedy,
    operator,
    site: site && { file: site.file, line: site.line, column: site.column },
    record,
    result,
    deadLetters: deadLetters?.map((letter) => encodeLetter(letter, depth - 1)),
  })
}

function encodeLetter(letter: DeadLetter, depth: number): WireDeadLetter {
  const { operator, nodeId, attempts, at } = letter
  const error = encode(letter.error, Math.max(1, depth))
  return { record: plain(letter.record), operator, nodeId, error, attempts, at }
}

/** As it is, where JSON gives it back the same. */
function plain(record: unknown): unknown {
  try {
    const text = JSON.stringify(record)
    if (text.length <= LARGEST_RECORD) return JSON.parse(text) as unknown
  } catch {
    // It goes round in a circle, or is nothing that JSON has.
  }
  return excerpt(record)
}

/** An error of the same class as far as this process knows it, and of the same name where it does not. */
export function fromWireError(wire: WireError): Error {
  const options = wire.cause === undefined ? undefined : { cause: fromCause(wire.cause) }
  const error = new Error(wire.message, options)
  Object.setPrototypeOf(error, prototypeOf(wire))
  hide(error, 'stack', wire.stack ?? `${wire.name}: ${wire.message}`)
  if (error.name !== wire.name) hide(error, 'name', wire.name)
  for (const [key, value] of Object.entries(wire.fields ?? {})) {
    if (!(key in error)) Object.defineProperty(error, key, { ...settable, value, enumerable: true })
  }
  if (wire.lineage.includes('MillraceError')) return asOurs(error, wire)
  return wire.code === undefined ? error : Object.assign(error, { code: wire.code })
}

function fromCause(wire: WireError): unknown {
  return wire.thrown === true ? wire.message : fromWireError(wire)
}

function asOurs(error: Error, wire: WireError): Error {
  const { name, code, remedy, operator, site, record, result, deadLetters } = wire
  Object.defineProperty(error, 'name', { ...settable, value: name, enumerable: true })
  Object.assign(error, { code, remedy, operator, site: site && Object.freeze({ ...site }), record })
  brandError(error, wire.lineage)
  if (result !== undefined) hide(error, 'result', result)
  if (deadLetters !== undefined) hide(error, 'deadLetters', deadLetters.map(fromLetter))
  return error
}

function fromLetter(letter: WireDeadLetter): DeadLetter {
  return { ...letter, record: letter.record, error: fromCause(letter.error) }
}

const ours: Readonly<Record<string, { readonly prototype: object }>> = { JobFailedError, JobCancelledError }
const builtIn: Readonly<Record<string, { readonly prototype: object }>> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
}

function prototypeOf({ lineage }: WireError): object {
  if (lineage.includes('MillraceError')) return (ours[lineage[0] as string] ?? MillraceError).prototype
  const known = lineage.find((name) => Object.hasOwn(builtIn, name))
  return known === undefined ? Error.prototype : (builtIn[known] as { prototype: object }).prototype
}

const common = new Set(['name', 'message', 'stack', 'cause', 'code', 'remedy', 'operator', 'site', 'record'])

/** Such as `status` of an HttpError, `errno` and `path` of the system's. */
function fieldsOf(error: Error): WireError['fields'] {
  const fields = Object.entries(error).filter(
    ([key, value]) =>
      !common.has(key) && (value === null || ['string', 'number', 'boolean'].includes(typeof value)),
  ) as [string, string | number | boolean | null][]
  if (fields.length === 0) return undefined
  const kept = fields.slice(0, FIELDS)
  return Object.fromEntries(
    kept.map(([key, value]) => [key, typeof value === 'string' ? short(value) : value]),
  )
}

function namesOf(error: Error): readonly string[] {
  const names: string[] = []
  for (let at = prototype(error); at !== null && at !== Error.prototype; at = prototype(at)) {
    const { constructor } = at as { constructor?: { name?: unknown } }
    if (typeof constructor?.name === 'string' && constructor.name !== 'Error') names.push(constructor.name)
  }
  return names
}

function prototype(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null
}

const settable = { writable: true, configurable: true } as const

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { ...settable, value, enumerable: false })
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}

/** Without what is undefined, as JSON has it. */
function defined(wire: WireError): WireError {
  return Object.fromEntries(
    Object.entries(wire).filter(([, value]) => value !== undefined),
  ) as unknown as WireError
}
