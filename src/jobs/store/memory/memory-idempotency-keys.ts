import type { Submission } from '../../../protocol/submission.ts'
import { IDEMPOTENCY_LIFETIME } from '../job-store-options.ts'
import { deletedSince, otherSubmission } from '../refusals.ts'
import { submissionHash } from '../submission-text.ts'

interface Entry {
  readonly hash: string
  readonly job: string
  readonly at: number
}

/** Keys under which submissions were sent, for a day. */
export class MemoryIdempotencyKeys {
  readonly #isKept: (job: string) => boolean
  readonly #keys = new Map<string, Entry>()

  constructor(isKept: (job: string) => boolean) {
    this.#isKept = isKept
  }

  /** As those of SQLite. */
  jobOf(key: string, submission: Submission, at: number): string | undefined {
    const earlier = this.#keys.get(key)
    if (earlier === undefined || isOld(earlier, at)) return undefined
    if (earlier.hash !== submissionHash(key, submission)) throw otherSubmission(earlier.job)
    if (!this.#isKept(earlier.job)) throw deletedSince(earlier.job)
    return earlier.job
  }

  keep(key: string, submission: Submission, job: string, at: number): void {
    for (const [old, entry] of this.#keys) if (isOld(entry, at)) this.#keys.delete(old)
    this.#keys.set(key, { hash: submissionHash(key, submission), job, at })
  }
}

const isOld = (entry: Entry, at: number): boolean => entry.at <= at - IDEMPOTENCY_LIFETIME
