import type { CheckpointInfo, JobTransition } from '../../../protocol/job-info.ts'
import type { Page } from '../../../protocol/page.ts'
import { checkLimit, cursorOf, lastOf, MOST_ITEMS } from '../cursor.ts'
import type { JobStoreLimits } from '../job-store-options.ts'
import type { PageQuery } from '../job-store.ts'
import type { Database } from './database.ts'

/** What jobs, which go by their numbers, have been and have saved. */
export class SqliteJobHistory {
  readonly #database: Database
  readonly #limits: JobStoreLimits

  constructor(database: Database, limits: JobStoreLimits) {
    this.#database = database
    this.#limits = limits
  }

  addTransition(job: number, transition: JobTransition): void {
    const insert = `INSERT INTO transitions (job, seq, transition)
      SELECT ?1, ifnull(max(seq), 0) + 1, ?2 FROM transitions WHERE job = ?1 RETURNING seq`
    const { seq } = this.#database.get<{ seq: number }>(insert, job, JSON.stringify(transition))!
    const trim = 'DELETE FROM transitions WHERE job = ? AND seq <= ?'
    this.#database.run(trim, job, seq - this.#limits.transitions)
  }

  transitions(job: number, { cursor, limit }: PageQuery): Page<JobTransition> {
    checkLimit(limit, MOST_ITEMS)
    const rows = this.#database.all<{ seq: number; transition: string }>(
      'SELECT seq, transition FROM transitions WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?',
      job,
      cursor === undefined ? 0 : lastOf('transitions', cursor),
      limit + 1,
    )
    const shown = rows.slice(0, limit)
    const total = 'SELECT count(*) AS total FROM transitions WHERE job = ?'
    return {
      items: shown.map(({ transition }) => JSON.parse(transition) as JobTransition),
      next: rows.length > limit ? cursorOf('transitions', shown.at(-1)!.seq) : null,
      total: this.#database.get<{ total: number }>(total, job)!.total,
    }
  }

  /** @returns whether it is news. */
  addCheckpoint(job: number, checkpoint: CheckpointInfo): boolean {
    const sql = `INSERT INTO checkpoints (job, location, id, checkpoint) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET id = excluded.id, checkpoint = excluded.checkpoint
      WHERE checkpoint <> excluded.checkpoint`
    const { location, id } = checkpoint
    return this.#database.run(sql, job, location, id, JSON.stringify(checkpoint)).changes > 0
  }

  removeCheckpoint(job: number, location: string): void {
    this.#database.run('DELETE FROM checkpoints WHERE job = ? AND location = ?', job, location)
  }

  /** Newest first. */
  checkpoints(job: number): readonly CheckpointInfo[] {
    const sql = 'SELECT checkpoint FROM checkpoints WHERE job = ? ORDER BY id DESC, location DESC'
    return this.#database
      .all<{ checkpoint: string }>(sql, job)
      .map(({ checkpoint }) => JSON.parse(checkpoint) as CheckpointInfo)
  }
}
