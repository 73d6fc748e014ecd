/** Reads one place of any JSON value; undefined where there is nothing. */
export type ReadField = (value: unknown) => unknown

/** @param path a JSON pointer (RFC 6901) or names with dots between; `''` is the whole value, and missing leads nowhere. */
export function fieldReader(path: string | undefined): ReadField {
  if (path === undefined) return () => undefined
  const names = namesOf(path)
  return (value) => {
    let at = value
    for (const name of names) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
      at = (at as Readonly<Record<string, unknown>>)[name]
    }
    return at
  }
}

function namesOf(path: string): readonly string[] {
  if (path === '') return []
  if (!path.startsWith('/')) return path.split('.')
  return path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** A text or a number, as a text; undefined for anything else, and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number, also where it is written as a text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A whole number from 0. */
export function countOf(value: unknown): number | undefined {
  const number = numberOf(value)
  return Number.isSafeInteger(number) && (number as number) >= 0 ? number : undefined
}
