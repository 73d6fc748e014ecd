import type { DefinitionSite } from './definition-site.ts'

const brand = Symbol.for('millrace.error')

/** What every error of ours can carry beside its message. */
export interface ErrorDetails {
  /** One sentence that tells the reader what to do. */
  readonly remedy?: string | undefined
  /** Name of the operator, source, sink or service the error belongs to. */
  readonly operator?: string | undefined
  /** Where the user's program created that operator. */
  readonly site?: DefinitionSite | undefined
  /** Excerpt of the record that was being processed, at most 200 characters. */
  readonly record?: string | undefined
  readonly cause?: unknown
}

/**
 * Base of every error Millrace raises. `code` is stable across releases and meant for programs; `message`
 * is meant for people and always ends with the remedy. `instanceof` looks at a registered symbol, so it holds
 * across duplicated copies of the package and across worker threads that rebuild the error.
 */
export class MillraceError extends Error {
  readonly code: string
  readonly remedy: string | undefined
  readonly operator: string | undefined
  readonly site: DefinitionSite | undefined
  readonly record: string | undefined

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(compose(message, details), 'cause' in details ? { cause: details.cause } : undefined)
    this.name = new.target.name
    this.code = code
    this.remedy = details.remedy
    this.operator = details.operator
    this.site = details.site
    this.record = details.record
    Object.defineProperty(this, brand, { value: lineage(new.target), enumerable: false })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false
    const names = (value as { [brand]?: readonly string[] })[brand]
    return names !== undefined && names.includes(this.name)
  }
}

/** The classes an error of ours is of, from its own to MillraceError; undefined for other errors. */
export function lineageOf(error: unknown): readonly string[] | undefined {
  return error instanceof MillraceError ? (error as { [brand]?: readonly string[] })[brand] : undefined
}

/** Makes an error one of ours again, as it was in the process that it comes from. */
export function brandError(error: Error, names: readonly string[]): void {
  Object.defineProperty(error, brand, { value: names, enumerable: false })
}

function lineage(constructor: { name: string }): readonly string[] {
  const names: string[] = []
  for (let c: object | null = constructor; c !== null && (c as { name: string }).name !== 'Error';) {
    names.push((c as { name: string }).name)
    c = Object.getPrototypeOf(c) as object | null
  }
  return names
}

function compose(message: string, { operator, site, record, remedy }: ErrorDetails): string {
  const lines = [message]
  const place = site === undefined ? '' : `${site.file}:${site.line}`
  if (operator !== undefined) lines.push(`  operator: ${operator}${place === '' ? '' : ` (${place})`}`)
  else if (site !== undefined) lines.push(`  at:       ${place}`)
  if (record !== undefined) lines.push(`  record:   ${record}`)
  if (remedy !== undefined) lines.push(`  remedy:   ${remedy}`)
  return lines.join('\n')
}
