import { excerpt } from './excerpt.ts'

/** What was thrown, in a few words for a message. Never throws, whatever it is. */
export function reasonOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  try {
    return thrown instanceof Error ? String(thrown.message || thrown.name) : excerpt(thrown)
  } catch {
    return 'an error that cannot be read'
  }
}
