import { join } from 'node:path'
import type { OperatorContext } from '../../functions/context.ts'
import type { Logger } from '../../functions/logger.ts'
import type { TransactionalSink } from '../../functions/user-functions.ts'
import type { AnyServices } from '../../functions/any-services.ts'
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
  #parallelism = 1
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

  open({ subtaskIndex, parallelism, logger }: OperatorContext): void {
    this.#subtask = subtaskIndex
    this.#parallelism = parallelism
    this.#logger = logger
  }

  recover(prepared: readonly PreparedParts[]): Promise<void> {
    return this.#guarded(async () => {
      const { directory, staging } = this.#settings
      await makeDirectory(directory)
      for (const { subtask, parts } of prepared) for (const part of parts) await this.#publish(subtask, part)
      for (const name of await namesIn(staging))
        if (this.#names.parse(name)?.subtask === this.#subtask) await removeFile(join(staging, name))
      await (prepared.length === 0 ? this.#startAfresh() : this.#goOn(prepared))
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

  /** Nothing of this subtask is to be there, unless it is to be replaced or followed. */
  async #startAfresh(): Promise<void> {
    const { directory, existing } = this.#settings
    const old = (await this.#visible()).filter(({ subtask }) => this.#isMine(subtask))
    if (existing === 'append') {
      this.#next = Math.max(-1, ...old.map(({ number }) => number)) + 1
    } else if (existing === 'replace') {
      for (const { name } of old) await removeFile(join(directory, name))
    } else if (old.length > 0) {
      throw new FileConflictError(directory, `${directory} holds output already: ${old[0]!.name}`, {
        remedy: `choose another directory or prefix, or pass existing: 'replace' or 'append'`,
      })
    }
  }

  /** What was made visible after the checkpoint comes once more. */
  async #goOn(prepared: readonly PreparedParts[]): Promise<void> {
    const { directory } = this.#settings
    const mine = prepared.filter(({ subtask }) => subtask === this.#subtask)
    const visible = (await this.#visible()).filter(({ subtask }) => subtask === this.#subtask)
    const highest = Math.max(-1, ...visible.map(({ number }) => number))
    this.#next = mine.length === 0 ? highest + 1 : Math.max(...mine.map(({ next }) => next))
    for (const { name, number } of visible) {
      if (number < this.#next) continue
      this.#logger?.warn(`Took back ${join(directory, name)}: the job goes on from a checkpoint before it.`)
      await removeFile(join(directory, name))
    }
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

  async #visible(): Promise<{ name: string; subtask: number; number: number }[]> {
    const names = await namesIn(this.#settings.directory)
    return names.flatMap((name) => {
      const part = this.#names.parse(name)
      return part === undefined ? [] : [{ name, ...part }]
    })
  }

  /** The first subtask answers for those that there are no more. */
  #isMine(subtask: number): boolean {
    return subtask === this.#subtask || (this.#subtask === 0 && subtask >= this.#parallelism)
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
