/** Seconds since the epoch that would be after the year 5138 are milliseconds. */
const MILLISECONDS_FROM = 1e11
/** That a Date can be. */
const LATEST = 8.64e15

/**
 * A moment in ISO 8601 and UTC, of what providers write: ISO 8601 in any zone, and in UTC where they name none, or
 * numbers. Undefined for what is no time.
 */
export function timeOf(value: unknown, unit?: 'seconds' | 'milliseconds'): string | undefined {
  if (typeof value === 'number') return fromNumber(value, unit)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return fromNumber(Number(text), unit)
  const zoned = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
  return fromMilliseconds(Date.parse(zoned))
}

function fromNumber(value: number, unit: 'seconds' | 'milliseconds' | undefined): string | undefined {
  const isSeconds = unit === undefined ? value < MILLISECONDS_FROM : unit === 'seconds'
  return fromMilliseconds(isSeconds ? value * 1_000 : value)
}

/** The beginning of the epoch is what programs write who know no time. */
function fromMilliseconds(ms: number): string | undefined {
  return ms > 0 && ms <= LATEST ? new Date(ms).toISOString() : undefined
}
