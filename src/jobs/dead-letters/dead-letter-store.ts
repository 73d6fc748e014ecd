import type {
  DeadLetterCounts,
  DeadLetterDetail,
  DeadLetterInfo,
  LetterChoice,
  LetterState,
} from '../../protocol/dead-letters.ts'
import type { Page } from '../../protocol/page.ts'
import type { LetterParcel, LetterReport } from './letter-report.ts'

/** Letters of a job that are kept, the newest, and their bytes: of more the oldest go, unless they are replayed. */
export const MOST_LETTERS = 10_000
export const MOST_LETTER_BYTES: number = 64 * 1_048_576

export interface LetterQuery {
  readonly cursor?: string | undefined
  /** From 1 to 200. */
  readonly limit: number
  /** Name of an operator, or its id. */
  readonly operator?: string | undefined
  readonly state?: LetterState | undefined
}

/**
 * Dead letters of the server's own jobs. What is told is there after the end of the process, whatever ended it; after a power
 * cut the last of it may be gone. They go with their job; of a job that is not there nothing is kept, and there is nothing.
 *
 * All throw StoreError when the database cannot be read or written.
 */
export interface DeadLetterStore {
  /** @param notKept so many more were given up, of which nothing is known */
  add(job: string, letters: readonly LetterReport[], notKept: number): void
  /** Newest first. @throws InvalidCursorError */
  list(job: string, query: LetterQuery): Page<DeadLetterInfo>
  get(job: string, id: number): DeadLetterDetail | undefined
  counts(job: string): DeadLetterCounts

  /** Those of the choice that are kept and can be replayed are `replaying`. @returns how many */
  replay(job: string, choice: LetterChoice): number
  /** Ids of those that are `replaying`, oldest first. */
  replaying(job: string): readonly number[]
  parcels(job: string, ids: readonly number[]): readonly LetterParcel[]
  /** Their records are through, or given up again with a letter of their own: they are gone. */
  settle(job: string, ids: readonly number[]): void
  /** They are `kept` again; null: all of the job. */
  giveBack(job: string, ids: readonly number[] | null): void
  /** Deletes those of the choice that are kept. @returns how many */
  remove(job: string, choice: LetterChoice): number
  /**
   * The job goes on from that checkpoint (0: from its beginning; null: it takes none), which has these as replayed. Letters
   * that were given up behind it are forgotten: their records come again.
   */
  rewind(job: string, checkpoint: number | null, settled: readonly number[]): void
}
