import { MillraceError } from '../../../errors/millrace-error.ts'
import { StoreError } from '../../../errors/job-server-errors.ts'
import { reasonOf } from '../../../errors/reason-of.ts'

/** Does what a database is asked to; what it throws is a StoreError that says what to do. */
export function attempt<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw new StoreError(`the database ${file} cannot be used: ${reasonOf(cause)}`, {
      remedy: remedyFor(codeOf(cause), file),
      cause,
    })
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code)

export const isConstraint = (error: unknown): boolean =>
  error instanceof StoreError && codeOf(error.cause).startsWith('SQLITE_CONSTRAINT')

function remedyFor(code: string, file: string): string {
  // Extended codes go on behind the plain one.
  switch (/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code) {
    case 'SQLITE_FULL':
    case 'ENOSPC':
    case 'EDQUOT':
      return `free space on the disk of ${file}; nothing of this change was made`
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return 'see which other process has the database open; only one server may use it'
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `let the user that runs the server read and write ${file} and its folder`
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return `stop the server, and put a copy in place of ${file}, or move it away to begin with an empty one`
    case 'EMFILE':
    case 'ENFILE':
      return 'let the process open more files'
    default:
      return `see whether the disk of ${file} is there, has room and is in order; nothing of this change was made`
  }
}
