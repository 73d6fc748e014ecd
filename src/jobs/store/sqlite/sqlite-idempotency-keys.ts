import type { Submission } from '../../../protocol/submission.ts'
import { IDEMPOTENCY_LIFETIME } from '../job-store-options.ts'
import { deletedSince, otherSubmission } from '../refusals.ts'
import { keyHash, submissionHash } from '../submission-text.ts'
import type { Database } from './database.ts'

interface EarlierRow {
  readonly hash: string
  readonly job: string
  readonly kept: number
}

/** Keys under which submissions were sent, for a day. */
export class SqliteIdempotencyKeys {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * The job that the same submission made under this key.
   * @throws IdempotencyConflictError when another submission did, or the job has been deleted.
   */
  jobOf(key: string, submission: Submission, at: number): string | undefined {
    const sql = `SELECT hash, keys.job, jobs.id IS NOT NULL AS kept FROM idempotency_keys AS keys
      LEFT JOIN jobs ON jobs.id = keys.job WHERE key = ? AND at > ?`
    const earlier = this.#database.get<EarlierRow>(sql, keyHash(key), at - IDEMPOTENCY_LIFETIME)
    if (earlier === undefined) return undefined
    if (earlier.hash !== submissionHash(key, submission)) throw otherSubmission(earlier.job)
    if (earlier.kept === 0) throw deletedSince(earlier.job)
    return earlier.job
  }

  /** Within the transaction that makes the job. Forgets those that are old. */
  keep(key: string, submission: Submission, job: string, at: number): void {
    this.#database.run('DELETE FROM idempotency_keys WHERE at <= ?', at - IDEMPOTENCY_LIFETIME)
    const sql = 'INSERT INTO idempotency_keys (key, hash, job, at) VALUES (?, ?, ?, ?)'
    this.#database.run(sql, keyHash(key), submissionHash(key, submission), job, at)
  }
}
