import Database from 'libsql'
import { DataFolderInUseError } from '../../errors/daemon-errors.ts'
import { StoreError } from '../../errors/job-server-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { DataFolder } from './data-folder.ts'
import { readServerFile } from './server-file.ts'

/** Milliseconds to wait for a server that is just ending. */
const PATIENCE = 500

/**
 * Whoever has it is the only server of a data folder, in this process or another.
 *
 * It is the exclusive lock of an empty database: the system's own lock on a file, which ends with the process however
 * that ends, and which children do not inherit. So there is nothing to clean up after a crash, and no number of a
 * process to be mistaken for another's. Nobody else may open that file: in this process, closing it would let go.
 */
export class DataLock {
  readonly #database: Database.Database

  private constructor(database: Database.Database) {
    this.#database = database
  }

  /** The folder must be there. @throws DataFolderInUseError, StoreError. */
  static acquire(folder: DataFolder): DataLock {
    let database: Database.Database | undefined
    try {
      database = new Database(folder.lock, { timeout: PATIENCE })
      // Nothing is ever written, so there is nothing to roll back after a crash.
      database.exec('PRAGMA journal_mode = OFF')
      database.exec('BEGIN EXCLUSIVE')
      return new DataLock(database)
    } catch (cause) {
      database?.close()
      if ((cause as { code?: unknown }).code === 'SQLITE_BUSY') throw inUse(folder)
      throw new StoreError(`cannot lock the data folder ${folder.root}: ${reasonOf(cause)}`, {
        remedy: 'let the user that runs the server read and write that folder, on a disk with space left',
        cause,
      })
    }
  }

  release(): void {
    this.#database.exec('ROLLBACK')
    this.#database.close()
  }
}

function inUse({ root, serverFile }: DataFolder): DataFolderInUseError {
  const server = readServerFile(serverFile)
  const owner = server === undefined ? 'another server' : `the server of process ${server.pid}`
  return new DataFolderInUseError(`the data folder ${root} is in use by ${owner}`, {
    remedy: 'give each server a data folder of its own, or stop the other first',
  })
}
