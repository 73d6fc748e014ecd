import { excerpt } from './excerpt.ts'
import { brandError, lineageOf, MillraceError } from './millrace-error.ts'
import type { PortableError } from './portable-error.ts'

/** Causes of causes that travel. */
const DEPTH = 8
/** Characters of one text. */
const LONGEST = 16_384
/** Fields of an error that travel beside the ones that every error has. */
const FIELDS = 16

/** How an error is read. */
export interface Encoding {
  /** Errors that travel at most, the causes of one another; default 8. */
  readonly depth?: number
  /** What else there is to tell of an error of ours, with causes to that depth; default nothing. */
  readonly more?: (error: MillraceError, depth: number) => object
}

/** How an error is made again. */
export interface Decoding {
  /** Classes whose errors are told by name, beside those of the language. */
  readonly classes?: ReadonlyMap<string, { readonly prototype: object }>
  /** Puts on an error of ours what `more` told. */
  readonly restore?: (error: Error, from: PortableError) => void
}

/** What was thrown, as plain data. Never throws, whatever it is. It may hold secrets: redact it before it leaves. */
export function toPortableError(thrown: unknown, encoding: Encoding = {}): PortableError {
  return encode(thrown, encoding.depth ?? DEPTH, encoding.more ?? nothing)
}

type More = NonNullable<Encoding['more']>

const nothing: More = () => ({})

function encode(thrown: unknown, depth: number, more: More): PortableError {
  try {
    return thrown instanceof Error ? encodeError(thrown, depth, more) : encodeOther(thrown)
  } catch {
    return { name: 'Error', lineage: [], message: 'an error that cannot be read' }
  }
}

function encodeOther(thrown: unknown): PortableError {
  const message = typeof thrown === 'string' ? short(thrown) : excerpt(thrown)
  return { name: 'Error', lineage: [], message, thrown: true }
}

function encodeError(error: Error, depth: number, more: More): PortableError {
  const { code, remedy, operator, site, record } = error as Error & Partial<MillraceError>
  const isOurs = error instanceof MillraceError
  const portable = {
    name: String(error.name),
    lineage: lineageOf(error) ?? namesOf(error),
    message: short(String(error.message)),
    stack: typeof error.stack === 'string' ? short(error.stack) : undefined,
    code: typeof code === 'string' ? code : undefined,
    fields: fieldsOf(error),
    cause: 'cause' in error && depth > 1 ? encode(error.cause, depth - 1, more) : undefined,
  }
  if (!isOurs) return defined(portable)
  return defined({
    ...portable,
    remedy,
    operator,
    site: site && { file: site.file, line: site.line, column: site.column },
    record,
    ...more(error, depth),
  })
}

/** An error of the same class as far as this process knows it, and of the same name where it does not. */
export function fromPortableError(from: PortableError, decoding: Decoding = {}): Error {
  const options = from.cause === undefined ? undefined : { cause: thrownBy(from.cause, decoding) }
  const error = new Error(from.message, options)
  Object.setPrototypeOf(error, prototypeOf(from, decoding))
  hide(error, 'stack', from.stack ?? `${from.name}: ${from.message}`)
  if (error.name !== from.name) hide(error, 'name', from.name)
  for (const [key, value] of Object.entries(from.fields ?? {})) {
    if (!(key in error)) Object.defineProperty(error, key, { ...settable, value, enumerable: true })
  }
  if (from.lineage.includes('MillraceError')) return asOurs(error, from, decoding)
  return from.code === undefined ? error : Object.assign(error, { code: from.code })
}

/** What was thrown where the error comes from: an Error, or the text that stands for what was none. */
export function thrownBy(from: PortableError, decoding: Decoding = {}): unknown {
  return from.thrown === true ? from.message : fromPortableError(from, decoding)
}

/** Puts a property on an error that is not printed with it. */
export function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { ...settable, value, enumerable: false })
}

function asOurs(error: Error, from: PortableError, { restore }: Decoding): Error {
  const { name, code, remedy, operator, site, record } = from
  Object.defineProperty(error, 'name', { ...settable, value: name, enumerable: true })
  Object.assign(error, { code, remedy, operator, site: site && Object.freeze({ ...site }), record })
  brandError(error, from.lineage)
  restore?.(error, from)
  return error
}

const builtIn: Readonly<Record<string, { readonly prototype: object }>> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
}

function prototypeOf({ lineage }: PortableError, { classes }: Decoding): object {
  for (const name of lineage) {
    const known = classes?.get(name) ?? (Object.hasOwn(builtIn, name) ? builtIn[name] : undefined)
    if (known !== undefined) return known.prototype
    if (name === 'MillraceError') return MillraceError.prototype
  }
  return Error.prototype
}

const common = new Set(['name', 'message', 'stack', 'cause', 'code', 'remedy', 'operator', 'site', 'record'])

/** Such as `status` of an HttpError, `errno` and `path` of the system's. */
function fieldsOf(error: Error): PortableError['fields'] {
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

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}

/** Without what is undefined, as JSON has it. */
function defined(error: PortableError): PortableError {
  return Object.fromEntries(
    Object.entries(error).filter(([, value]) => value !== undefined),
  ) as unknown as PortableError
}
