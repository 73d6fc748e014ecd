import { Buffer } from 'node:buffer'

/** The text of a log line as it is kept: at most so many bytes of UTF-8, and then how many are left out. */
export function logText(text: string, most: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return bytes.toString()
  let end = most
  // Not within a character.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)} [${bytes.length - end} bytes more]`
}
