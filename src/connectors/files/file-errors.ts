import { excerpt } from '../../errors/excerpt.ts'
import { type ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/** The file system refused. `cause` is its error, `path` the file. */
export class FileError extends MillraceError {
  readonly path: string

  constructor(path: string, message: string, details: ErrorDetails = {}) {
    super('ERR_FILE', message, details)
    this.path = path
  }
}

/** Where in a file something is wrong. */
export interface FilePlace {
  readonly path: string
  /** Counted from 1; undefined in the middle of a file that several subtasks share. */
  readonly line: number | undefined
  /** Of the line's first byte; in a compressed file, of what is in it. */
  readonly offset: number
}

/** What a file holds is not what its reader was told: a line that does not parse, one too long, a damaged archive. */
export class FileFormatError extends MillraceError {
  readonly path: string
  readonly line: number | undefined
  readonly offset: number
  /** The line as it stands in the file, where it has been read. */
  readonly text: string | undefined

  constructor({ path, line, offset }: FilePlace, problem: string, details: LineDetails = {}) {
    const { text, ...rest } = details
    const record = text === undefined ? {} : { record: excerpt(text) }
    const at = line === undefined ? `byte ${offset}` : `line ${line}`
    super('ERR_FILE_FORMAT', `${path}, ${at}: ${problem}`, { ...record, ...rest })
    this.path = path
    this.line = line
    this.offset = offset
    this.text = text
  }
}

interface LineDetails extends ErrorDetails {
  readonly text?: string | undefined
}

/** Where a file sink would write, there is something that it did not write, or not any more what it wrote. */
export class FileConflictError extends MillraceError {
  readonly path: string

  constructor(path: string, message: string, details: ErrorDetails = {}) {
    super('ERR_FILE_CONFLICT', message, details)
    this.path = path
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'look at the path: relative ones begin at the working directory of the process',
  EACCES: 'give the user that runs the process the right to it',
  EPERM: 'give the user that runs the process the right to it',
  EROFS: 'choose a place that can be written to',
  EISDIR: 'pass the path of a file',
  ENOTDIR: 'a part of the path is a file: choose another path',
  ENOSPC: 'make room on the disk; a job with checkpoints goes on from the last one',
  EDQUOT: 'make room within the quota; a job with checkpoints goes on from the last one',
  EFBIG: 'write to a directory, with `rollBytes`',
  EMFILE: 'lower the parallelism, or raise the limit of open files',
  ENFILE: 'lower the parallelism, or raise the limit of open files',
  EXDEV: 'keep the directory and its hidden staging folder on one file system',
}

/** The code of an error of the file system, '' for any other. */
export function codeOf(error: unknown): string {
  const code: unknown = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}

/** An error of the file system as one of ours, which passes as it is. `doing`: "cannot read", "cannot write". */
export function fileError(doing: string, path: string, cause: unknown): MillraceError {
  if (cause instanceof MillraceError) return cause
  const remedy = remedies[codeOf(cause)]
  return new FileError(path, `${doing} ${path}: ${reasonOf(cause)}`, { cause, remedy })
}
