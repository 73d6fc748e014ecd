import type { OperatorContext } from '../../functions/context.ts'
import { END, type End, type PullSource, type SourceProgress } from '../../functions/user-functions.ts'
import type { ByteStream } from './byte-stream.ts'
import type { FileFormatError } from './file-errors.ts'
import {
  checkPosition,
  checkSubtask,
  type FileHead,
  type FilePosition,
  type PartPosition,
} from './file-position.ts'
import { type FilePart, FileShares } from './file-shares.ts'
import { type FileFacts, factsOf, openPart } from './open-part.ts'
import type { ResolvedReadOptions } from './read-options.ts'
import type { FileFormat, RecordReader } from './record-reader.ts'

/** The part that is being read. */
interface Opened {
  readonly bytes: ByteStream
  readonly facts: FileFacts
  /** Where in the file it begins. */
  readonly begin: number
  /** Bytes of the source's share that come before it. */
  readonly before: number
}

const unknown: FileFacts = { size: 0, isGzip: false }

/** Files looked at at once. */
const LOOKS = 16

/** Reads files one after the other, record by record: without waiting as long as there is a record in what was read. */
export class FileSource<T> implements PullSource<T> {
  readonly #paths: readonly string[]
  readonly #format: FileFormat<T>
  readonly #options: ResolvedReadOptions
  #subtask = 0
  #parallelism = 1
  #shares: FileShares
  #facts: FileFacts[] = []
  /** Bytes of the source's share. */
  #total = 0
  #at: FilePart
  #position: PartPosition
  #opened: Opened | undefined
  #reader: RecordReader<T> = nothing
  /** A record of the part has been given. */
  #begun = false
  #restored: FilePosition | undefined
  #bad = 0
  #closed = false
  #context: OperatorContext | undefined

  constructor(paths: readonly string[], format: FileFormat<T>, options: ResolvedReadOptions) {
    this.#paths = paths
    this.#format = format
    this.#options = options
    this.#shares = new FileShares(paths.length, 0, 0, 1)
    this.#at = this.#shares.firstOf(0)
    this.#position = this.#positionOf(this.#at)
  }

  restore(position: unknown): void {
    this.#restored = checkPosition(position, this.#paths, this.#options.blockBytes)
  }

  async open(ctx: OperatorContext): Promise<void> {
    const { subtaskIndex, parallelism } = ctx
    this.#context = ctx
    this.#subtask = subtaskIndex
    this.#parallelism = parallelism
    const block = this.#format.splittable ? this.#options.blockBytes : 0
    this.#shares = new FileShares(this.#paths.length, block, subtaskIndex, parallelism)
    const restored = this.#restored
    if (restored !== undefined) checkSubtask(restored, subtaskIndex, parallelism)
    this.#go(
      restored === undefined || restored.at.path === ''
        ? this.#shares.firstOf(restored?.at.file ?? 0)
        : restored.at,
    )
    await this.#format.prepare?.()
    await this.#look(restored?.offset !== undefined)
    if (restored?.offset !== undefined) await this.#open(restored)
  }

  next(): T | End | Promise<T | End> {
    const record = this.#reader.take()
    return record === undefined ? this.#readOn() : record
  }

  snapshot(): FilePosition {
    const at = this.#position
    if (!this.#begun) return { at, offset: undefined, lines: undefined, header: undefined }
    const reader = this.#reader
    return { at, offset: reader.offset, lines: reader.lines, header: reader.header }
  }

  progress(): SourceProgress {
    const opened = this.#opened
    const done = opened === undefined ? this.#bytesBefore(this.#at) : opened.before + this.#bytesOf(opened)
    return { done: Math.min(done, this.#total), total: this.#total, unit: 'bytes' }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#leave()
  }

  /** Every file that is yet to be read is looked at first, so that one that is missing is told of at once. */
  async #look(hasBegun: boolean): Promise<void> {
    for (let from = 0; from < this.#paths.length; from += LOOKS) {
      const facts = this.#paths.slice(from, from + LOOKS).map((path, index) => {
        const found = factsOf(path, this.#options.gzip)
        const file = from + index
        // Those that have been read may be gone; the one that had been begun says so when it is opened.
        const isRead = file < this.#at.file || (hasBegun && file === this.#at.file)
        return isRead ? found.catch(() => unknown) : found
      })
      this.#facts.push(...(await Promise.all(facts)))
    }
    this.#total = this.#bytesBefore({ file: this.#paths.length, part: 0 })
  }

  async #readOn(): Promise<T | End> {
    try {
      while (!this.#closed) {
        const record = await this.#readMore()
        if (record !== undefined) return record
      }
    } catch (error) {
      if (!this.#closed) throw error
    }
    return END
  }

  async #readMore(): Promise<T | End | undefined> {
    const opened = this.#opened
    if (opened === undefined || this.#reader.done) {
      if (!(await this.#openNext())) return END
    } else {
      const bytes = await opened.bytes.read()
      if (bytes === undefined) this.#reader.finish()
      else this.#reader.feed(bytes)
    }
    const record = this.#reader.take()
    if (record !== undefined) this.#begun = true
    return record
  }

  async #openNext(): Promise<boolean> {
    const opened = this.#opened
    if (opened !== undefined) {
      this.#go(this.#shares.after(this.#at, opened.facts.size, this.#isSplit(this.#at.file)))
      await this.#leave()
    }
    for (; this.#at.file < this.#paths.length; this.#go(this.#shares.firstOf(this.#at.file + 1))) {
      const { size } = this.#facts[this.#at.file]!
      if (!this.#shares.has(this.#at, size, this.#isSplit(this.#at.file))) continue
      await this.#open(undefined)
      return true
    }
    return false
  }

  /** @param inside where in the part to go on; undefined: at its beginning. */
  async #open(inside: FilePosition | undefined): Promise<void> {
    const { file } = this.#at
    const path = this.#paths[file]!
    const { begin, end } = this.#shares.range(this.#at, this.#isSplit(file))
    // A line belongs to the block that it begins in, and whether one begins with the block is seen in the byte before.
    const offset = inside?.offset ?? Math.max(begin - 1, 0)
    const { bytes, head } = await openPart(path, offset, this.#options, inside)
    if (this.#closed) return bytes.close()
    this.#opened = { bytes, facts: this.#facts[file]!, begin, before: this.#bytesBefore(this.#at) }
    this.#position = this.#positionOf(this.#at, head)
    this.#begun = inside !== undefined
    this.#reader = this.#format.reader({
      path,
      offset,
      lines: inside === undefined ? (begin === 0 ? 0 : undefined) : inside.lines,
      within: inside === undefined && begin > 0,
      until: end,
      header: inside?.header,
      report: this.#report,
    })
  }

  /** What is read next is at the beginning of that part. */
  #go({ file, part }: FilePart): void {
    this.#at = { file, part }
    this.#begun = false
    this.#position = this.#positionOf(this.#at)
  }

  async #leave(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    this.#begun = false
    this.#reader = nothing
    await opened?.bytes.close()
  }

  #positionOf({ file, part }: FilePart, head?: FileHead): PartPosition {
    const path = this.#paths[file] ?? ''
    const [subtask, parallelism, block] = [this.#subtask, this.#parallelism, this.#options.blockBytes]
    return { format: 1, subtask, parallelism, block, file, path, part, head }
  }

  #isSplit(file: number): boolean {
    return this.#format.splittable && !this.#facts[file]!.isGzip
  }

  #bytesBefore({ file, part }: FilePart): number {
    let bytes = 0
    for (let index = 0; index <= file && index < this.#facts.length; index++) {
      const { size } = this.#facts[index]!
      bytes += this.#shares.bytes(index, size, this.#isSplit(index), index === file ? part : Infinity)
    }
    return bytes
  }

  #bytesOf({ bytes, facts, begin }: Opened): number {
    return facts.isGzip ? bytes.bytesRead : Math.max(this.#reader.offset - begin, 0)
  }

  readonly #report = (error: FileFormatError): void => {
    const { onBadLine } = this.#options
    if (onBadLine === 'fail') throw error
    this.#context?.metrics.count('bad lines')
    if (this.#bad++ === 0) this.#context?.logger.warn(`Passed over what could not be read: ${error.message}`)
    if (onBadLine !== 'skip') onBadLine(error)
  }
}

const nothing: RecordReader<never> = {
  take: () => undefined,
  feed: () => {},
  finish: () => {},
  done: true,
  offset: 0,
  lines: undefined,
  header: undefined,
}
