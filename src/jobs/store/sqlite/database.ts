import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import { StoreError } from '../../../errors/job-server-errors.ts'
import { closed } from '../refusals.ts'
import { storeTrouble } from '../store-trouble.ts'
import { migrations } from './migrations.ts'

/** What may be bound. The driver ends the process when it is given a boolean. */
export type SqlValue = string | number | null | Uint8Array

/** 'disk': survives a power cut. 'system': survives the end of the process; the next that is 'disk' makes it durable. */
export type Durability = 'disk' | 'system'

/** 'mill', in the header of the file: tells it from the database of another program. */
const APPLICATION = 0x6d696c6c

/** How long another process may hold the database up, in milliseconds. */
const BUSY_TIMEOUT = 5_000

/** What is left of the log after it was long, in bytes. */
const JOURNAL_LIMIT = 16 * 1024 * 1024

/** An SQLite database in a file, brought to the version of `migrations`. One connection, all of it synchronous. */
export class Database {
  readonly file: string
  readonly #database: Libsql.Database
  readonly #statements = new Map<string, Libsql.Statement>()
  #durability: Durability = 'disk'
  #closed = false

  /** @throws StoreError when it cannot be opened, is not ours, or was written by a newer version. */
  constructor(file: string, busyTimeout: number = BUSY_TIMEOUT) {
    this.file = file
    this.#database = this.#attempt(() => {
      mkdirSync(dirname(file), { recursive: true })
      // It holds what only its user may know. The database's other files get the same mode.
      if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
      return new Libsql(file)
    })
    try {
      this.#exec(`PRAGMA busy_timeout = ${busyTimeout}`)
      this.#checkOrigin()
      this.#exec('PRAGMA journal_mode = WAL')
      this.#exec('PRAGMA synchronous = FULL')
      this.#exec('PRAGMA foreign_keys = ON')
      this.#exec(`PRAGMA journal_size_limit = ${JOURNAL_LIMIT}`)
      this.#migrate()
    } catch (error) {
      // Without writing anything to what may not be ours.
      this.#closed = true
      this.#database.close()
      throw error
    }
  }

  /** SQL is kept prepared for good: it has to be one of few texts. */
  all<Row>(sql: string, ...values: readonly SqlValue[]): readonly Row[] {
    return this.#attempt(() => this.#prepare(sql).all(values)) as Row[]
  }

  /** The first row. */
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.all<Row>(sql, ...values)[0]
  }

  /** @returns how many rows were changed, and the row id of the last that was inserted. */
  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly rowId: number } {
    const { changes, lastInsertRowid } = this.#attempt(() => this.#prepare(sql).run(values))
    return { changes, rowId: Number(lastInsertRowid) }
  }

  /** All of it, or, when it throws, nothing. */
  transaction<T>(durability: Durability, work: () => T): T {
    this.#makeDurable(durability)
    this.run('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  /** @returns what is wrong with the file, and rows that refer to what is not there. */
  check(): readonly string[] {
    const found = this.all<{ readonly integrity_check: string }>('PRAGMA integrity_check')
    const dangling = this.all<{ readonly table: string }>('PRAGMA foreign_key_check')
    return [
      ...found.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...dangling.map(({ table }) => `a row of ${table} belongs to no job`),
    ]
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    // The driver lets go of the files when its statements are collected. What they hold is whole before that.
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // It is done when the database is opened again.
    }
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): Libsql.Statement {
    if (this.#closed) throw closed()
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }

  #exec(sql: string): void {
    this.#attempt(() => this.#database.exec(sql))
  }

  #makeDurable(durability: Durability): void {
    if (durability === this.#durability) return
    this.all(durability === 'disk' ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL')
    this.#durability = durability
  }

  #rollBack(): void {
    // A full disk has rolled back already.
    if (!this.#closed && this.#database.inTransaction) this.run('ROLLBACK')
  }

  #attempt<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeTrouble(`use the database ${this.file}`, this.file, error)
    }
  }

  #pragma(name: string): number {
    return Object.values(this.get<Record<string, number>>(`PRAGMA ${name}`)!)[0]!
  }

  #checkOrigin(): void {
    const tables = this.get<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema')!.count
    if (tables > 0 && this.#pragma('application_id') !== APPLICATION) {
      throw new StoreError(`${this.file} is the database of another program`, {
        remedy: 'give another file or folder',
      })
    }
    const version = this.#pragma('user_version')
    if (version > migrations.length) {
      throw new StoreError(
        `the database ${this.file} is of version ${version}, and this version of Millrace knows ${migrations.length} at most`,
        { remedy: 'start the version of Millrace that wrote it, or a newer one' },
      )
    }
  }

  #migrate(): void {
    for (let version = this.#pragma('user_version'); version < migrations.length; version++) {
      this.transaction('disk', () => {
        this.#exec(migrations[version]!)
        this.#exec(`PRAGMA application_id = ${APPLICATION}`)
        this.#exec(`PRAGMA user_version = ${version + 1}`)
      })
    }
  }
}
