import type { Submission } from '../../../protocol/submission.ts'
import { IDEMPOTENCY_LIFETIME } from '../job-store-options.ts'
import { deletedSince, otherSubmission } from '../refusals.ts'
import { submissionHash } from '../submission-text.ts'
import type { Database } from './database.ts'

/** Keys under which submissions were sent, for a day. */
export class SqliteIdempotencyKeys {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Takes a key for a job, within the transaction that makes the job.
   * @returns the job that the same submission made under this key before.
   * @throws IdempotencyConflictError
   */
  claim(key: string | undefined, submission: Submission, job: string, at: number): string | undefined {
    this.#database.run('DELETE FROM idempotency_keys WHERE at <= ?', at - IDEMPOTENCY_LIFETIME)
    if (key === undefined) return undefined
    const hash = submissionHash(submission)
    const sql = `SELECT hash, keys.job, jobs.id IS NOT NULL AS kept FROM idempotency_keys AS keys
      LEFT JOIN jobs ON jobs.id = keys.job WHERE key = ?`
    const earlier = this.#database.get<{ hash: string; job: string; kept: number }>(sql, key)
    if (earlier === undefined) {
      const insert = 'INSERT INTO idempotency_keys (key, hash, job, at) VALUES (?, ?, ?, ?)'
      this.#database.run(insert, key, hash, job, at)
      return undefined
    }
    if (earlier.hash !== hash) throw otherSubmission(earlier.job)
    if (earlier.kept === 0) throw deletedSince(earlier.job)
    return earlier.job
  }
}
