/** Shorter ones would black out half of every text: they are looked for as words of their own. */
const SHORT = 4

/** Replaces the values of secrets wherever they stand in a text. */
export type Redact = (text: string) => string

/**
 * Hides the values of these variables, also as JSON, URLs and base64 write them, and each line of those that have
 * several.
 */
export function redactor(secrets: Readonly<Record<string, string>>): Redact {
  const values = Object.values(secrets).flatMap((value) => [value, ...value.split(/\r?\n/)])
  const forms = new Set(values.map((value) => value.trim()).flatMap(formsOf))
  forms.delete('')
  if (forms.size === 0) return (text) => text
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(patternOf).join('|'), 'g')
  return (text) => text.replace(pattern, '***')
}

/** Every text in plain data. */
export function redactAll<T>(redact: Redact, data: T): T {
  if (typeof data === 'string') return redact(data) as T
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((item: unknown) => redactAll(redact, item)) as T
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, redactAll(redact, value)])) as T
}

function formsOf(value: string): string[] {
  if (value.length < SHORT) return [value]
  const inJson = JSON.stringify(value).slice(1, -1)
  return [value, inJson, encodeUrl(value), Buffer.from(value).toString('base64')]
}

/** Halves of letters have no place in a URL. */
function encodeUrl(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    return value
  }
}

function patternOf(value: string): string {
  const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return value.length < SHORT ? `(?<![\\w])${literal}(?![\\w])` : literal
}
