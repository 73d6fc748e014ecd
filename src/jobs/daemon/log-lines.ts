import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { delay } from '../../time/delay.ts'
import type { Clock } from '../../time/clock.ts'

/** Bytes that are read at a time. */
const CHUNK = 64 * 1024
/** Milliseconds between two looks at a log that is followed. */
const INTERVAL = 250
/** More than a rotating log ever keeps: where numbers are missing there are no older files. */
const MOST_FILES = 100
const LINE_BREAK = 10

export interface LogLinesOptions {
  /** Only the last so many of those that are wanted; default all that are kept. */
  readonly last?: number | undefined
  readonly isWanted?: ((line: string) => boolean) | undefined
  /** Goes on with what is written, until the signal is aborted. */
  readonly follow?: { readonly clock: Pick<Clock, 'setTimeout'>; readonly signal: AbortSignal } | undefined
}

/**
 * The lines of a log that a RotatingFile writes, those of its older files first, each without its line break. Of the last
 * ones no more is read than they take. Nothing where there is no log; a log that is followed may come later, and begin
 * anew.
 *
 * @throws the signal's reason, when it is aborted; what keeps a file from being read.
 */
export async function* logLines(
  path: string,
  { last, isWanted = () => true, follow }: LogLinesOptions,
): AsyncGenerator<string, void, void> {
  let file = LogFile.open(path)
  try {
    if (last === undefined) yield* older(path, isWanted)
    else if (file !== null) {
      const lines = lastOf(file, path, last, isWanted)
      yield* lines
    }
    for (;;) {
      if (file !== null) for (const line of file.rest()) if (isWanted(line)) yield line
      if (follow === undefined) return
      const next = file?.isCurrent(path) === true ? null : LogFile.open(path)
      if (next !== null) {
        // What was written between the last look and the change of files.
        if (file !== null) for (const line of file.rest()) if (isWanted(line)) yield line
        file?.close()
        file = next
      } else await delay(follow.clock, INTERVAL, [follow.signal])
    }
  } finally {
    file?.close()
  }
}

/** Lines of the files before this one, the oldest first. */
function* older(path: string, isWanted: (line: string) => boolean): Generator<string, void, void> {
  const files = olderFiles(path).reverse()
  try {
    for (const file of files) for (const line of file.rest()) if (isWanted(line)) yield line
  } finally {
    for (const file of files) file.close()
  }
}

/** The last lines of the file, and of those before it as long as there are not enough. The file is then at its end. */
function lastOf(
  file: LogFile,
  path: string,
  count: number,
  isWanted: (line: string) => boolean,
): readonly string[] {
  const found: string[] = []
  const collect = (lines: Iterable<string>): boolean => {
    if (found.length >= count) return true
    for (const line of lines) {
      if (isWanted(line)) found.push(line)
      if (found.length >= count) return true
    }
    return false
  }
  if (!collect(file.backwards())) {
    const files = olderFiles(path)
    for (const before of files) if (collect(before.backwards())) break
    for (const before of files) before.close()
  }
  file.skip()
  return found.reverse()
}

/** The newest first. */
function olderFiles(path: string): LogFile[] {
  const files: LogFile[] = []
  while (files.length < MOST_FILES) {
    const file = LogFile.open(`${path}.${files.length + 1}`)
    if (file === null) return files
    files.push(file)
  }
  return files
}

/** A file that lines are appended to, open, whatever becomes of its name. */
class LogFile {
  readonly #fd: number
  readonly #inode: number
  /** Behind the last whole line that was read. */
  #position = 0
  /** Where the last whole line ended when the file was read backwards. */
  #end: number | null = null

  private constructor(fd: number) {
    this.#fd = fd
    this.#inode = fstatSync(fd).ino
  }

  static open(path: string): LogFile | null {
    try {
      return new LogFile(openSync(path, 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** Whether it has this name still. */
  isCurrent(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino === this.#inode
  }

  /** The whole lines that were not read yet. */
  *rest(): Generator<string, void, void> {
    const { size } = fstatSync(this.#fd)
    // A line that the disk took half of is taken back.
    this.#position = Math.min(this.#position, size)
    let carried = Buffer.alloc(0)
    for (let at = this.#position; at < size; at += CHUNK) {
      const bytes = Buffer.concat([carried, this.#read(at, Math.min(CHUNK, size - at))])
      const end = bytes.lastIndexOf(LINE_BREAK) + 1
      carried = bytes.subarray(end)
      this.#position += end
      yield* linesIn(bytes.subarray(0, end))
    }
  }

  /** Its whole lines, the last first. */
  *backwards(): Generator<string, void, void> {
    let carried = Buffer.alloc(0)
    for (let end = fstatSync(this.#fd).size; end > 0; end -= CHUNK) {
      const start = Math.max(0, end - CHUNK)
      let bytes = Buffer.concat([this.#read(start, end - start), carried])
      if (this.#end === null) {
        const whole = bytes.lastIndexOf(LINE_BREAK) + 1
        bytes = bytes.subarray(0, whole)
        if (whole > 0) this.#end = start + whole
      }
      // The first is half a line, unless the file begins with it.
      const first = start === 0 ? 0 : bytes.indexOf(LINE_BREAK) + 1
      carried = first === 0 && start > 0 ? bytes : bytes.subarray(0, first)
      if (first > 0 || start === 0) yield* linesIn(bytes.subarray(first)).reverse()
    }
    this.#end ??= 0
  }

  /** Counts all that was read backwards as read. */
  skip(): void {
    this.#position = this.#end ?? fstatSync(this.#fd).size
  }

  close(): void {
    closeSync(this.#fd)
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, at))
  }
}

const linesIn = (bytes: Buffer): string[] =>
  bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '')
