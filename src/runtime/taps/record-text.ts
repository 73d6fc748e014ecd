import { inspect, types } from 'node:util'

/** Properties of an object that is written out. */
const MOST_PROPERTIES = 200

/**
 * A record as one line of at most `limit` characters. It runs nothing of the record's own, such as getters, and never
 * throws.
 */
export function recordText(record: unknown, limit: number): string {
  let text: string
  try {
    text = isVast(record) ? `{ more than ${MOST_PROPERTIES} properties }` : written(record, limit)
  } catch {
    text = '<a record that cannot be shown>'
  }
  if (/[\n\r]/.test(text)) text = text.replace(/\s*[\n\r]\s*/g, ' ')
  return cutText(text, limit)
}

/** At most so many characters, and no half of one at the end. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function written(record: unknown, limit: number): string {
  if (types.isProxy(record)) return '<a proxy>'
  return inspect(record, {
    depth: 3,
    maxArrayLength: 32,
    maxStringLength: limit,
    breakLength: Infinity,
    compact: true,
    // Classes have their own ideas of how to be shown, and may take as long as they like for it.
    customInspect: false,
  })
}

/** Whether it would take long to write out. Arrays, maps and sets are cut by themselves. */
function isVast(record: unknown): boolean {
  if (typeof record !== 'object' || record === null || types.isProxy(record)) return false
  if (Array.isArray(record) || ArrayBuffer.isView(record)) return false
  return Object.keys(record).length > MOST_PROPERTIES
}
