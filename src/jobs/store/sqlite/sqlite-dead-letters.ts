import type {
  DeadLetterCounts,
  DeadLetterDetail,
  DeadLetterInfo,
  LetterChoice,
  LetterState,
  OperatorLetters,
} from '../../../protocol/dead-letters.ts'
import type { Page } from '../../../protocol/page.ts'
import {
  type DeadLetterStore,
  type LetterQuery,
  MOST_LETTER_BYTES,
  MOST_LETTERS,
} from '../../dead-letters/dead-letter-store.ts'
import { bytesOf, detailOf, infoOf } from '../../dead-letters/letter-info.ts'
import type { LetterParcel, LetterReport } from '../../dead-letters/letter-report.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from '../cursor.ts'
import { LOCAL } from '../job-changes.ts'
import type { Database } from './database.ts'

/** A letter without what is long. */
type Brief = Omit<LetterReport, 'record' | 'stack' | 'parcel'>

interface Row {
  readonly id: number
  readonly state: LetterState
  readonly brief: string
}

type Column = 'replayed' | 'deleted' | 'dropped' | 'not_kept'

const OF_JOB = 'job = (SELECT number FROM jobs WHERE jobs.id = ?1)'
/** By a list in JSON, so that there is one text for any number of ids. */
const WITH_IDS = `${OF_JOB} AND dead_letters.id IN (SELECT value FROM json_each(?2))`
const OF_OPERATOR = '(?2 IS NULL OR node = ?2 OR operator = json_quote(?2))'

/** Dead letters, in the database of the jobs. */
export class SqliteDeadLetters implements DeadLetterStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  add(job: string, letters: readonly LetterReport[], notKept: number): void {
    this.#change(() => {
      const number = this.#database.get<{ number: number }>(
        `SELECT number FROM jobs WHERE id = ? AND provider = '${LOCAL}'`,
        job,
      )?.number
      if (number === undefined) return
      for (const report of letters) this.#insert(number, report)
      const { changes } = this.#database.run(
        `DELETE FROM dead_letters WHERE id IN (
          SELECT id FROM (
            SELECT id, state, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
            FROM dead_letters WHERE job = ?1 WINDOW newest AS (ORDER BY id DESC)
          ) WHERE state = 'kept' AND (place > ?2 OR total > ?3)
        )`,
        number,
        MOST_LETTERS,
        MOST_LETTER_BYTES,
      )
      this.#count(job, 'dropped', changes)
      this.#count(job, 'not_kept', notKept)
    })
  }

  list(job: string, { cursor, limit, operator, state }: LetterQuery): Page<DeadLetterInfo> {
    checkLimit(limit, MOST_ITEMS)
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : lastOf('dead letters', cursor)
    const where = `${OF_JOB} AND ${OF_OPERATOR} AND (?3 IS NULL OR state = ?3)`
    const filter = [job, operator ?? null, state ?? null] as const
    const rows = this.#database.all<Row>(
      `SELECT id, state, brief FROM dead_letters WHERE ${where} AND id < ?4 ORDER BY id DESC LIMIT ?5`,
      ...filter,
      before,
      limit + 1,
    )
    const shown = rows.slice(0, limit)
    const sql = `SELECT count(*) AS total FROM dead_letters WHERE ${where}`
    return {
      items: shown.map(({ id, state, brief }) => infoOf(id, state, JSON.parse(brief) as Brief)),
      next: rows.length > limit ? cursorOf('dead letters', shown.at(-1)!.id) : null,
      total: this.#database.get<{ total: number }>(sql, ...filter)!.total,
    }
  }

  get(job: string, id: number): DeadLetterDetail | undefined {
    const sql = `SELECT id, state, brief, more FROM dead_letters WHERE ${OF_JOB} AND id = ?2`
    const row = this.#database.get<Row & { readonly more: string }>(sql, job, id)
    if (row === undefined) return undefined
    const report = { ...JSON.parse(row.brief), ...JSON.parse(row.more) } as Omit<LetterReport, 'parcel'>
    return detailOf(id, row.state, report)
  }

  counts(job: string): DeadLetterCounts {
    const operators = this.#database.all<OperatorLetters>(
      `SELECT operator, node AS nodeId, sum(state = 'kept') AS kept, sum(state = 'replaying') AS replaying
        FROM dead_letters WHERE ${OF_JOB} GROUP BY node, operator ORDER BY node`,
      job,
    )
    const counts = this.#database.get<Omit<DeadLetterCounts, 'operators'>>(
      `SELECT replayed, deleted, dropped, not_kept AS notKept FROM dead_letter_counts WHERE ${OF_JOB}`,
      job,
    )
    return {
      operators: operators.map((row) => ({ ...row, operator: JSON.parse(row.operator) as string })),
      ...(counts ?? { replayed: 0, deleted: 0, dropped: 0, notKept: 0 }),
    }
  }

  replay(job: string, choice: LetterChoice): number {
    const sql = `UPDATE dead_letters SET state = 'replaying' WHERE parcel IS NOT NULL AND state = 'kept' AND`
    return this.#change(() => this.#choose(sql, job, choice))
  }

  replaying(job: string): readonly number[] {
    const sql = `SELECT id FROM dead_letters WHERE ${OF_JOB} AND state = 'replaying' ORDER BY id`
    return this.#database.all<{ id: number }>(sql, job).map(({ id }) => id)
  }

  parcels(job: string, ids: readonly number[]): readonly LetterParcel[] {
    const sql = `SELECT id, brief, parcel FROM dead_letters WHERE ${WITH_IDS} AND parcel IS NOT NULL ORDER BY id`
    const rows = this.#database.all<Row & { readonly parcel: string }>(sql, job, JSON.stringify(ids))
    return rows.map(({ id, brief, parcel }) => {
      const { nodeId, subtask, input, eventTime, replays } = JSON.parse(brief) as Brief
      return { letter: id, nodeId, subtask, input, eventTime, replays, parcel }
    })
  }

  settle(job: string, ids: readonly number[]): void {
    this.#change(() => this.#settle(job, ids))
  }

  giveBack(job: string, ids: readonly number[] | null): void {
    const all = `UPDATE dead_letters SET state = 'kept' WHERE state = 'replaying' AND`
    this.#change(() => {
      if (ids === null) this.#database.run(`${all} ${OF_JOB}`, job)
      else this.#database.run(`${all} ${WITH_IDS}`, job, JSON.stringify(ids))
    })
  }

  remove(job: string, choice: LetterChoice): number {
    return this.#change(() => {
      const removed = this.#choose(`DELETE FROM dead_letters WHERE state = 'kept' AND`, job, choice)
      this.#count(job, 'deleted', removed)
      return removed
    })
  }

  rewind(job: string, checkpoint: number | null, settled: readonly number[]): void {
    this.#change(() => {
      this.#settle(job, settled)
      if (checkpoint === null) return
      this.#database.run(`DELETE FROM dead_letters WHERE ${OF_JOB} AND after >= ?2`, job, checkpoint)
    })
  }

  #insert(number: number, { record, stack, parcel, ...brief }: LetterReport): void {
    this.#database.run(
      `INSERT INTO dead_letters (job, node, operator, state, after, bytes, brief, more, parcel)
        VALUES (?, ?, ?, 'kept', ?, ?, ?, ?, ?)`,
      number,
      brief.nodeId,
      JSON.stringify(brief.operator),
      brief.after,
      bytesOf({ record, stack, parcel, ...brief }),
      JSON.stringify(brief),
      JSON.stringify({ record, stack }),
      parcel,
    )
  }

  #settle(job: string, ids: readonly number[]): void {
    if (ids.length === 0) return
    const sql = `DELETE FROM dead_letters WHERE ${WITH_IDS}`
    this.#count(job, 'replayed', this.#database.run(sql, job, JSON.stringify(ids)).changes)
  }

  #choose(sql: string, job: string, choice: LetterChoice): number {
    const { changes } =
      'ids' in choice
        ? this.#database.run(`${sql} ${WITH_IDS}`, job, JSON.stringify(choice.ids))
        : this.#database.run(`${sql} ${OF_JOB} AND ${OF_OPERATOR}`, job, choice.operator ?? null)
    return changes
  }

  #count(job: string, column: Column, more: number): void {
    if (more === 0) return
    this.#database.run(
      `INSERT INTO dead_letter_counts (job, ${column}) SELECT number, ?2 FROM jobs WHERE id = ?1
        ON CONFLICT DO UPDATE SET ${column} = ${column} + excluded.${column}`,
      job,
      more,
    )
  }

  #change<T>(work: () => T): T {
    return this.#database.transaction('system', work)
  }
}
