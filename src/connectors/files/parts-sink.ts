import { join } from 'node:path'
import type { AnyServices } from '../../functions/any-services.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { Logger } from '../../functions/logger.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import { makeDirectory, moveFile, namesIn, removeEmpty, removeFile } from './durable.ts'
import { FileConflictError, fileError } from './file-errors.ts'
import { PartNames } from './part-names.ts'
import { sizeOf } from './size-of.ts'
import { StagedFile } from './staged-file.ts'
import type { OutputFormat, PartsSettings } from './write-options.ts'

/** What a checkpoint holds of a directory of parts. */
export interface PreparedParts {
  readonly kind: 'parts'
  readonly subtask: number
  readonly parts: readonly PreparedPart[]
  /** The number of the part that comes next. */
  readonly next: number
}

interface PreparedPart {
  readonly number: number
  /** Bytes. */
  readonly length: number
}

/** Writes hidden files, which are given their names when their checkpoint is safe. */
export class PartsSink<T> implements TransactionalSink<T, PreparedParts, AnyServices, unknown> {
  readonly #format: OutputFormat<T>
  readonly #settings: PartsSettings
  readonly #names: PartNames
  #subtask = 0
  #logger: Logger | undefined
  #next = 0
  #current: StagedFile | undefined
  /** Sealed since the last `prepare`. */
  #sealed: PreparedPart[] = []
  #sealing: Promise<void> = Promise.resolve()
  #failure: Error | undefined
  /** Numbers of hidden parts that this instance has made. */
  readonly #own = new Set<number>()

  constructor(format: OutputFormat<T>, settings: PartsSettings) {
    this.#format = format
    this.#settings = settings
    this.#names = new PartNames(settings.prefix, settings.extension)
  }

  open({ subtaskIndex, logger }: OperatorContext): void {
    this.#subtask = subtaskIndex
    this.#logger = logger
  }

  recover(prepared: readonly PreparedParts[]): Promise<void> {
    return this.#guarded(async () => {
      await makeDirectory(this.#settings.directory)
      for (const { subtask, parts } of prepared) for (const part of parts) await this.#publish(subtask, part)
      if (prepared.length > 0) await this.#goOn(prepared)
      else if (this.#subtask === 0) await this.#startAfresh()
      // Either the first subtask starts afresh for all of them, or it was handed what all of them had prepared.
      else this.#next = await this.#firstFree()
    })
  }

  write(value: T): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const line = this.#format.line(value)
    this.#current ??= this.#begin()
    const written = this.#current.write(line)
    return this.#current.length < this.#settings.rollBytes ? written : this.#roll(written)
  }

  async prepare(): Promise<PreparedParts> {
    this.#seal()
    await this.#sealing
    if (this.#failure !== undefined) throw this.#failure
    const parts = this.#sealed
    this.#sealed = []
    return { kind: 'parts', subtask: this.#subtask, parts, next: this.#next }
  }

  commit({ subtask, parts }: PreparedParts): Promise<void> {
    return this.#guarded(async () => {
      for (const part of parts) await this.#publish(subtask, part)
    })
  }

  async close(): Promise<void> {
    await this.#sealing
    await this.#current?.discard()
    for (const { number } of this.#sealed)
      await removeFile(this.#staged(this.#subtask, number)).catch(() => {})
    await removeEmpty(this.#settings.staging)
  }

  #begin(): StagedFile {
    const { bufferLength, gzip } = this.#settings
    const number = this.#next++
    this.#own.add(number)
    return new StagedFile(this.#staged(this.#subtask, number), this.#format.header, bufferLength, gzip)
  }

  async #roll(written: void | Promise<void>): Promise<void> {
    this.#seal()
    await written
    await this.#sealing
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Files are sealed one after the other. A failure is told to whoever comes next. */
  #seal(): void {
    const file = this.#current
    if (file === undefined) return
    const number = this.#next - 1
    this.#current = undefined
    this.#sealing = this.#sealing
      .then(() => file.seal())
      .then(
        () => void this.#sealed.push({ number, length: file.length }),
        (error: Error) => {
          this.#failure ??= error
          return file.discard()
        },
      )
  }

  /** Nothing is to be there, unless it is to be replaced or followed. Nobody writes before all have recovered. */
  async #startAfresh(): Promise<void> {
    const { directory, staging, existing } = this.#settings
    for (const { name } of await this.#partsIn(staging)) await removeFile(join(staging, name))
    const old = await this.#partsIn(directory)
    if (existing === 'fail' && old.length > 0)
      throw new FileConflictError(directory, `${directory} holds output already: ${old[0]!.name}`, {
        remedy: `choose another directory or prefix, or pass existing: 'replace' or 'append'`,
      })
    if (existing === 'replace') for (const { name } of old) await removeFile(join(directory, name))
    this.#next = await this.#firstFree()
  }

  /** Of the subtasks that prepared it: discards what is not committed, and takes back what comes once more. */
  async #goOn(prepared: readonly PreparedParts[]): Promise<void> {
    const { directory, staging } = this.#settings
    const nexts = new Map<number, number>()
    for (const { subtask, next } of prepared) nexts.set(subtask, Math.max(next, nexts.get(subtask) ?? 0))
    for (const { name, subtask } of await this.#partsIn(staging))
      if (nexts.has(subtask)) await removeFile(join(staging, name))
    for (const { name, subtask, number } of await this.#partsIn(directory)) {
      if (number < (nexts.get(subtask) ?? Infinity)) continue
      this.#logger?.warn(`Took back ${join(directory, name)}: the job goes on from a checkpoint before it.`)
      await removeFile(join(directory, name))
    }
    this.#next = nexts.get(this.#subtask) ?? (await this.#firstFree())
  }

  /** The number behind all that this subtask has written before. */
  async #firstFree(): Promise<number> {
    const { directory, staging } = this.#settings
    const parts = [...(await this.#partsIn(directory)), ...(await this.#partsIn(staging))]
    return parts.reduce(
      (free, { subtask, number }) => (subtask === this.#subtask ? Math.max(free, number + 1) : free),
      0,
    )
  }

  /** Gives a part its name. A hidden file that is gone has been given it before, and may be gone from there too. */
  async #publish(subtask: number, { number, length }: PreparedPart): Promise<void> {
    const staged = this.#staged(subtask, number)
    const path = join(this.#settings.directory, this.#names.of(subtask, number))
    const [hidden, visible] = [await sizeOf(staged), await sizeOf(path)]
    const isOwn = subtask === this.#subtask && this.#own.delete(number)
    const isLost = hidden === undefined ? isOwn : hidden !== length
    if (isLost || (visible !== undefined && (hidden !== undefined || visible !== length)))
      throw new FileConflictError(path, `${isLost ? staged : path} is not what this sink wrote`, {
        remedy: 'let only one sink of one job write to a directory, or give each a prefix of its own',
      })
    if (hidden !== undefined) await moveFile(staged, path)
  }

  async #partsIn(folder: string): Promise<{ name: string; subtask: number; number: number }[]> {
    const names = await namesIn(folder)
    return names.flatMap((name) => {
      const part = this.#names.parse(name)
      return part === undefined ? [] : [{ name, ...part }]
    })
  }

  #staged(subtask: number, number: number): string {
    return join(this.#settings.staging, this.#names.of(subtask, number))
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      throw fileError('cannot write to', this.#settings.directory, error)
    })
  }
}
