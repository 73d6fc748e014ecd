import { MillraceError } from '../../errors/millrace-error.ts'
import { StoreError } from '../../errors/job-server-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/** What the disk or the database has refused, with what to do about it. Errors of ours stay as they are. */
export function storeTrouble(doing: string, place: string, cause: unknown): MillraceError {
  if (cause instanceof MillraceError) return cause
  return new StoreError(`cannot ${doing}: ${reasonOf(cause)}`, {
    remedy: remedyFor(codeOf(cause), place),
    cause,
  })
}

/** Whether a database refused what would break one of its rules. */
export const isConstraint = (error: unknown): boolean =>
  error instanceof StoreError && codeOf(error.cause).startsWith('SQLITE_CONSTRAINT')

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code)

function remedyFor(code: string, place: string): string {
  // SQLite's codes may go on behind the plain one.
  switch (/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code) {
    case 'SQLITE_FULL':
    case 'ENOSPC':
    case 'EDQUOT':
      return `free space on the disk of ${place}; nothing of this change was made`
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return `see which other process uses ${place}; only one server may`
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `let the user that runs the server read and write ${place} and its folder`
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return `stop the server, and put a copy in place of ${place}, or move it away to begin with an empty one`
    case 'EMFILE':
    case 'ENFILE':
      return 'let the process open more files'
    default:
      return `see whether the disk of ${place} is there, has room and is in order; nothing of this change was made`
  }
}
