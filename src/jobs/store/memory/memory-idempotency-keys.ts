import type { Submission } from '../../../protocol/submission.ts'
import { IDEMPOTENCY_LIFETIME } from '../job-store-options.ts'
import { deletedSince, otherSubmission } from '../refusals.ts'
import { submissionHash } from '../submission-text.ts'

/** Keys under which submissions were sent, for a day. */
export class MemoryIdempotencyKeys {
  readonly #isKept: (job: string) => boolean
  readonly #keys = new Map<string, { readonly hash: string; readonly job: string; readonly at: number }>()

  constructor(isKept: (job: string) => boolean) {
    this.#isKept = isKept
  }

  /** As those of SQLite. */
  claim(key: string | undefined, submission: Submission, job: string, at: number): string | undefined {
    for (const [old, entry] of this.#keys) if (entry.at <= at - IDEMPOTENCY_LIFETIME) this.#keys.delete(old)
    if (key === undefined) return undefined
    const hash = submissionHash(submission)
    const earlier = this.#keys.get(key)
    if (earlier === undefined) {
      this.#keys.set(key, { hash, job, at })
      return undefined
    }
    if (earlier.hash !== hash) throw otherSubmission(earlier.job)
    if (!this.#isKept(earlier.job)) throw deletedSince(earlier.job)
    return earlier.job
  }
}
