import { createHash } from 'node:crypto'
import type { Submission } from '../../protocol/submission.ts'

/** A submission as it is kept: a copy without its secrets. */
export const asKept = (submission: Submission): Submission =>
  submissionOf(JSON.stringify({ ...submission, secrets: {} }))

/** Reads a submission from its JSON, in which attempts without end are null. */
export function submissionOf(text: string): Submission {
  const submission = JSON.parse(text) as Submission
  const { restart } = submission.options
  if (!('attempts' in restart) || (restart.attempts as number | null) !== null) return submission
  return { ...submission, options: { ...submission.options, restart: { ...restart, attempts: Infinity } } }
}

/** Two submissions have the same hash when they say the same, secrets included, in whatever order. */
export const submissionHash = (submission: Submission): string =>
  createHash('sha256').update(JSON.stringify(submission, sortedMembers)).digest('hex')

function sortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
