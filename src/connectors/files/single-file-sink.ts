import { type FileHandle, open, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { AnyServices } from '../../functions/any-services.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { Logger } from '../../functions/logger.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import { makeDirectory, moveFile, namesIn, removeEmpty, removeFile } from './durable.ts'
import { FileConflictError, fileError } from './file-errors.ts'
import { sizeOf } from './size-of.ts'
import { StagedFile } from './staged-file.ts'
import type { FileSettings, OutputFormat } from './write-options.ts'

/** What a checkpoint holds of a single file: the bytes of a hidden segment, and where in the file they belong. */
export interface PreparedSegment {
  readonly kind: 'segment'
  /** Of the segment; undefined where nothing was written. */
  readonly number: number | undefined
  /** That of the segment that comes next. */
  readonly next: number
  /** Bytes. */
  readonly offset: number
  readonly length: number
  /** The segment becomes the file, in place of whatever was there. */
  readonly isFirst: boolean
}

/**
 * Writes hidden segments. When its checkpoint is safe, the first becomes the file, and each other is appended to it. How
 * long the file is to be is known from the checkpoint, so an append that broke off is done again.
 */
export class SingleFileSink<T> implements TransactionalSink<T, PreparedSegment, AnyServices, unknown> {
  readonly #format: OutputFormat<T>
  readonly #settings: FileSettings
  #logger: Logger | undefined
  #current: StagedFile | undefined
  #next = 0
  /** Bytes of the file once all that is prepared is committed. */
  #end = 0
  /** The next segment is to become the file. */
  #isFirst = true

  constructor(format: OutputFormat<T>, settings: FileSettings) {
    this.#format = format
    this.#settings = settings
  }

  open({ operator, parallelism, logger }: OperatorContext): void {
    this.#logger = logger
    if (parallelism === 1) return
    throw new InvalidArgumentError(`${this.#settings.path} cannot be written by ${parallelism} subtasks`, {
      operator,
      remedy: 'give the sink parallelism 1, or pass { directory } for a directory of parts',
    })
  }

  recover(prepared: readonly PreparedSegment[]): Promise<void> {
    return this.#guarded(async () => {
      const { path, staging, name } = this.#settings
      await makeDirectory(dirname(path))
      const last = prepared.at(-1)
      if (last !== undefined) await this.#goOn(prepared, last)
      for (const found of await namesIn(staging))
        if (found.startsWith(`${name}.`) && /^\d{6,}\.segment$/.test(found.slice(name.length + 1)))
          await removeFile(join(staging, found))
      if (last === undefined) await this.#startAfresh()
    })
  }

  write(value: T): void | Promise<void> {
    const line = this.#format.line(value)
    this.#current ??= this.#begin()
    return this.#current.write(line)
  }

  async prepare(): Promise<PreparedSegment> {
    // There is a file at the end even when there was no record.
    if (this.#isFirst) this.#current ??= this.#begin()
    const file = this.#current
    await file?.seal()
    this.#current = undefined
    const number = file === undefined ? undefined : this.#next++
    const { length } = file ?? { length: 0 }
    const [offset, isFirst] = [this.#end, this.#isFirst]
    this.#end += length
    this.#isFirst = false
    return { kind: 'segment', number, next: this.#next, offset, length, isFirst }
  }

  commit(prepared: PreparedSegment): Promise<void> {
    return this.#guarded(() => this.#publish(prepared, this.#end))
  }

  async close(): Promise<void> {
    await this.#current?.discard()
    await removeEmpty(this.#settings.staging)
  }

  #begin(): StagedFile {
    const { bufferLength, gzip } = this.#settings
    const header = this.#end === 0 ? this.#format.header : ''
    return new StagedFile(this.#segment(this.#next), header, bufferLength, gzip)
  }

  async #startAfresh(): Promise<void> {
    const { path, existing } = this.#settings
    const size = await sizeOf(path)
    if (size === undefined || existing === 'replace') return
    if (existing === 'fail')
      throw new FileConflictError(path, `${path} is there already`, {
        remedy: `choose another name, or pass existing: 'replace' or 'append'`,
      })
    this.#end = size
    this.#isFirst = false
  }

  async #goOn(prepared: readonly PreparedSegment[], last: PreparedSegment): Promise<void> {
    const { path } = this.#settings
    const end = last.offset + last.length
    for (const segment of prepared) await this.#publish(segment, end)
    const size = (await sizeOf(path)) ?? 0
    if (size < end) throw this.#conflict(`${path} has ${size} bytes left of the ${end} that were written`)
    if (size > end) {
      this.#logger?.warn(`Cut ${path} to ${end} bytes: the job goes on from a checkpoint before the rest.`)
      await truncate(path, end)
    }
    this.#end = end
    this.#next = last.next
    this.#isFirst = false
  }

  /** @param end the most bytes the file may have. A segment that is gone has been made visible before. */
  async #publish({ number, offset, length, isFirst }: PreparedSegment, end: number): Promise<void> {
    if (number === undefined) return
    const { path } = this.#settings
    const segment = this.#segment(number)
    const hidden = await sizeOf(segment)
    if (hidden === undefined) {
      const size = await sizeOf(path)
      if (size !== undefined && size >= offset + length) return
      throw this.#conflict(`${segment} is gone, and ${path} is too short to hold it`)
    }
    if (hidden !== length) throw this.#conflict(`${segment} is not what this sink wrote`)
    if (isFirst) return moveFile(segment, path)
    await this.#append(segment, offset, end)
    await removeFile(segment)
  }

  async #append(segment: string, offset: number, end: number): Promise<void> {
    const { path } = this.#settings
    const size = await sizeOf(path)
    if (size === undefined || size < offset || size > end)
      throw this.#conflict(`${path} has ${size ?? 'no'} bytes where this sink had written ${offset}`)
    const from = await open(segment, 'r')
    try {
      const to = await open(path, 'r+')
      try {
        await copy(from, to, offset)
        await to.sync()
      } finally {
        await to.close()
      }
    } finally {
      await from.close()
    }
  }

  #conflict(message: string): FileConflictError {
    const remedy = 'let nobody else write to the file; bring it back as it was, or start the job afresh'
    return new FileConflictError(this.#settings.path, message, { remedy })
  }

  #segment(number: number): string {
    const { staging, name } = this.#settings
    return join(staging, `${name}.${String(number).padStart(6, '0')}.segment`)
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      throw fileError('cannot write', this.#settings.path, error)
    })
  }
}

/** Bytes copied at a time. */
const COPIED = 262_144

async function copy(from: FileHandle, to: FileHandle, offset: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(COPIED)
  for (let at = 0; ;) {
    const { bytesRead } = await from.read(buffer, 0, COPIED, at)
    if (bytesRead === 0) return
    for (let done = 0; done < bytesRead;) {
      const { bytesWritten } = await to.write(buffer, done, bytesRead - done, offset + at + done)
      done += bytesWritten
    }
    at += bytesRead
  }
}
