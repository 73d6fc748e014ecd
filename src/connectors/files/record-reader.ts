import type { FileFormatError } from './file-errors.ts'

/** Where in its file a reader begins. */
export interface ReaderStart {
  readonly path: string
  /** Of the first byte it is fed. */
  readonly offset: number
  /** Lines before that, where they have been counted. */
  readonly lines: number | undefined
  /** It begins in the middle of a line, which is another reader's: records begin behind the next line break. */
  readonly within: boolean
  /** Records that begin at this byte or behind it are another reader's; Infinity: none. */
  readonly until: number
  /** What a reader of the same file had found out at its beginning: its `header`. */
  readonly header: readonly string[] | undefined
  /** Tells of a record that cannot be read. Throws, unless such records are to be passed over. */
  readonly report: (error: FileFormatError) => void
}

/** Turns bytes into records. It holds what it was fed last, and the beginning of a record that goes on. */
export interface RecordReader<T> {
  /** The next record; undefined: it needs more bytes, or it is done. */
  take(): T | undefined
  /** More bytes, which are good until `take` has returned undefined. To be called only then. */
  feed(bytes: Buffer): void
  /** There are no more bytes: what is left is the last record. */
  finish(): void
  /** No record comes any more. */
  readonly done: boolean
  /** In the file, of the first byte behind the record taken last: a reader that begins there gives the rest. */
  readonly offset: number
  /** Lines up to there, where they are counted. */
  readonly lines: number | undefined
  /** What a reader that begins there must be told. */
  readonly header: readonly string[] | undefined
}

/** A kind of file. */
export interface FileFormat<T> {
  /** Called once per job and subtask, before any reader is made: for what has to be loaded. */
  prepare?(): Promise<void>
  /** A reader may begin behind any line break, so several subtasks can share a file. */
  readonly splittable: boolean
  reader(start: ReaderStart): RecordReader<T>
}
