import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import type { Scope } from '../../../protocol/server-info.ts'
import { timeOf } from '../job-changes.ts'
import { MINUTE } from '../job-store-options.ts'
import { isConstraint } from '../store-trouble.ts'
import type { TokenRecord, TokenStore } from '../token-store.ts'
import type { Database } from './database.ts'

interface TokenRow {
  readonly id: string
  readonly name: string
  readonly scopes: string
  readonly created_at: number
  readonly last_used_at: number | null
}

const columns = 'id, name, scopes, created_at, last_used_at'

/** Tokens, in the database of the jobs. */
export class SqliteTokenStore implements TokenStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  create(token: Parameters<TokenStore['create']>[0]): TokenRecord {
    const { id, hash, name, scopes, at } = token
    const sql = 'INSERT INTO tokens (id, hash, name, scopes, created_at) VALUES (?, ?, ?, ?, ?)'
    try {
      this.#database.transaction('disk', () =>
        this.#database.run(sql, id, hash, JSON.stringify(name), JSON.stringify(scopes), at),
      )
    } catch (error) {
      if (isConstraint(error))
        throw new InvalidArgumentError(`there is a token ${id} already, or one like it`)
      throw error
    }
    return { id, name, scopes, createdAt: timeOf(at), lastUsedAt: null }
  }

  list(): readonly TokenRecord[] {
    return this.#database.all<TokenRow>(`SELECT ${columns} FROM tokens ORDER BY number`).map(tokenOf)
  }

  delete(id: string): boolean {
    const sql = 'DELETE FROM tokens WHERE id = ?'
    return this.#database.transaction('disk', () => this.#database.run(sql, id).changes > 0)
  }

  findByHash(hash: string): TokenRecord | undefined {
    const row = this.#database.get<TokenRow>(`SELECT ${columns} FROM tokens WHERE hash = ?`, hash)
    return row === undefined ? undefined : tokenOf(row)
  }

  used(id: string, at: number): void {
    const due = 'SELECT id FROM tokens WHERE id = ? AND ifnull(last_used_at, 0) <= ?'
    if (this.#database.get(due, id, at - MINUTE) === undefined) return
    const sql = 'UPDATE tokens SET last_used_at = ? WHERE id = ?'
    this.#database.transaction('system', () => this.#database.run(sql, at, id))
  }
}

const tokenOf = (row: TokenRow): TokenRecord => ({
  id: row.id,
  name: JSON.parse(row.name) as string,
  scopes: JSON.parse(row.scopes) as Scope[],
  createdAt: timeOf(row.created_at),
  lastUsedAt: row.last_used_at === null ? null : timeOf(row.last_used_at),
})
