import type { Database } from './database.ts'

/** Who may do what only one process is to do at a time. */
export class SqliteLeases {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  lease(name: string, owner: string, at: number, until: number): boolean {
    const sql = `INSERT INTO leases (name, owner, until) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET owner = excluded.owner, until = excluded.until
      WHERE owner = excluded.owner OR until <= ?`
    return this.#database.transaction(
      'system',
      () => this.#database.run(sql, name, owner, until, at).changes > 0,
    )
  }

  release(name: string, owner: string): void {
    const sql = 'DELETE FROM leases WHERE name = ? AND owner = ?'
    this.#database.transaction('system', () => this.#database.run(sql, name, owner))
  }
}
