import type { JobStatus } from '../job/job-status.ts'
import type { ProviderType } from './config/provider-config.ts'

/** What the words of each type of provider mean, in small letters. Words that are not here change no status. */
export const statusTables: Readonly<Record<ProviderType, Readonly<Record<string, JobStatus>>>> = {
  millrace: {
    pending: 'pending',
    uploading: 'uploading',
    queued: 'queued',
    running: 'running',
    stopping: 'stopping',
    restarting: 'restarting',
    stopped: 'stopped',
    completed: 'completed',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  // A job that was stopped at Ray cannot go on: it is what is cancelled here.
  ray: {
    pending: 'queued',
    running: 'running',
    stopped: 'cancelled',
    succeeded: 'completed',
    failed: 'failed',
  },
  replicate: {
    starting: 'queued',
    processing: 'running',
    succeeded: 'completed',
    failed: 'failed',
    canceled: 'cancelled',
    aborted: 'cancelled',
  },
  // Only what can hardly mean anything else.
  http: {
    pending: 'pending',
    queued: 'queued',
    running: 'running',
    in_progress: 'running',
    completed: 'completed',
    succeeded: 'completed',
    failed: 'failed',
    cancelled: 'cancelled',
    canceled: 'cancelled',
  },
}

/** What a provider's words for statuses mean: the table of its type, and before it the user's own. In any case. */
export class StatusTable {
  readonly #words: ReadonlyMap<string, JobStatus>

  constructor(...tables: readonly (Readonly<Record<string, JobStatus>> | undefined)[]) {
    const rows = tables.flatMap((table) => Object.entries(table ?? {}))
    this.#words = new Map(rows.map(([word, status]) => [word.trim().toLowerCase(), status]))
  }

  /** Null for a word that nobody knows. */
  statusOf(word: string): JobStatus | null {
    return this.#words.get(word.trim().toLowerCase()) ?? null
  }
}
