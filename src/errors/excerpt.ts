import { inspect } from 'node:util'

const LIMIT = 200

/** A record as one line of at most 200 characters, for messages. Never throws, whatever the record does. */
export function excerpt(record: unknown): string {
  let text: string
  try {
    text = inspect(record, {
      depth: 2,
      maxArrayLength: 8,
      maxStringLength: LIMIT,
      breakLength: Infinity,
      compact: true,
    })
  } catch {
    text = '<a record that cannot be inspected>'
  }
  // Errors bring their stacks, and classes their own ideas of how to be shown.
  if (/[\n\r]/.test(text)) text = text.replace(/\s*[\n\r]\s*/g, ' ')
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`
}
