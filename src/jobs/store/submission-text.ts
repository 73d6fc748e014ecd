import { createHash, createHmac } from 'node:crypto'
import type { Submission } from '../../protocol/submission.ts'
import type { KeptSubmission } from './job-store.ts'

/** A submission as it is kept: a copy with the names of its secrets alone. */
export function asKept(submission: KeptSubmission): KeptSubmission {
  const names = new Set([...(submission.secretNames ?? []), ...Object.keys(submission.secrets)])
  const kept = { ...submission, secrets: {}, ...(names.size > 0 && { secretNames: [...names] }) }
  return submissionOf(JSON.stringify(kept))
}

/** Reads a submission from its JSON, in which attempts without end are null. */
export function submissionOf(text: string): KeptSubmission {
  const submission = JSON.parse(text) as KeptSubmission
  const { restart } = submission.options
  if (!('attempts' in restart) || (restart.attempts as number | null) !== null) return submission
  return { ...submission, options: { ...submission.options, restart: { ...restart, attempts: Infinity } } }
}

/** An idempotency key as it is kept. */
export const keyHash = (key: string): string => createHash('sha256').update(key).digest('hex')

/**
 * Two submissions have the same hash under a key when they say the same, secrets included, in whatever order. Who does
 * not know the key cannot try what the secrets may be.
 */
export const submissionHash = (key: string, submission: Submission): string =>
  createHmac('sha256', key).update(JSON.stringify(submission, sortedMembers)).digest('hex')

function sortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
