import { createHash } from 'node:crypto'
import { existsSync, statSync, unlinkSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { HashMismatchError, UploadTooLargeError } from '../../errors/job-server-errors.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { codeOf, syncFolder } from '../../storage/file/disk.ts'
import type { Clock } from '../../time/clock.ts'
import type { ProgramFiles } from '../job-manager.ts'
import { storeTrouble } from './store-trouble.ts'

export interface StoredProgramFilesOptions {
  /** It is made when it is not there. Only one process may use it. */
  readonly folder: string
  /** The most bytes a file may have. */
  readonly maxBytes: number
  readonly clock: Clock
}

const UNFINISHED = '.part'
const hashPattern = /^[0-9a-f]{64}$/

/** Files that are looked at before the event loop turns, when those that are not used are removed. */
const SWEPT_AT_ONCE = 100

/** Files of programs in a folder, each named for its SHA-256. A file is there whole, and on disk, or not at all. */
export class StoredProgramFiles implements ProgramFiles {
  readonly #folder: string
  readonly #maxBytes: number
  readonly #clock: Clock
  #uploads = 0

  /** Removes what a process that died has left half written. @throws StoreError */
  static async open(options: StoredProgramFilesOptions): Promise<StoredProgramFiles> {
    const { folder } = options
    await attempt('open the folder of program files', folder, async () => {
      await mkdir(folder, { recursive: true })
      for (const name of await readdir(folder)) {
        if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true })
      }
    })
    return new StoredProgramFiles(options)
  }

  private constructor({ folder, maxBytes, clock }: StoredProgramFilesOptions) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    this.#clock = clock
  }

  /** Where a file is, or would be. */
  pathOf(hash: string): string {
    if (hashPattern.test(hash)) return join(this.#folder, hash)
    throw new InvalidArgumentError('a file goes by its SHA-256, in 64 hexadecimal digits of lower case')
  }

  /** Whether a file is there at this moment. */
  has(hash: string): boolean {
    return existsSync(this.pathOf(hash))
  }

  /** Those that are there are taken for used from now on, though no job has them yet. */
  async missing(hashes: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = []
    const now = new Date(this.#clock.now())
    for (const hash of new Set(hashes)) {
      const path = this.pathOf(hash)
      try {
        await utimes(path, now, now)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw storeTrouble('look for a program file', path, error)
        missing.push(hash)
      }
    }
    return missing
  }

  async put(hash: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.pathOf(hash)
    // A name of its own, so that whoever sends the same file at the same time is not in the way.
    const unfinished = join(this.#folder, `upload-${++this.#uploads}${UNFINISHED}`)
    try {
      await this.#receive(unfinished, hash, bytes)
      await attempt('keep a program file', path, async () => {
        const now = new Date(this.#clock.now())
        await utimes(unfinished, now, now)
        await rename(unfinished, path)
        await syncFolder(this.#folder)
      })
    } catch (error) {
      await rm(unfinished, { force: true }).catch(ignore)
      throw error
    }
  }

  /**
   * Removes files that no job uses, and that nobody has sent or asked for since that moment: whoever is about to submit
   * a job has asked. `used` is called anew before files are removed.
   * @returns how many were removed.
   */
  async removeUnused(used: () => ReadonlySet<string>, since: number): Promise<number> {
    return attempt('remove program files', this.#folder, async () => {
      const names = (await readdir(this.#folder)).filter((name) => hashPattern.test(name))
      const known = used()
      const unused = names.filter((name) => !known.has(name))
      let removed = 0
      while (unused.length > 0) {
        removed += this.#removeOf(unused.splice(0, SWEPT_AT_ONCE), used(), since)
        await new Promise<void>((resolve) => this.#clock.setImmediate(resolve))
      }
      return removed
    })
  }

  /** At once, so that no job comes to use a file meanwhile. */
  #removeOf(names: readonly string[], used: ReadonlySet<string>, since: number): number {
    const unused = names
      .filter((name) => !used.has(name))
      .map((name) => join(this.#folder, name))
      .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < since)
    for (const path of unused) unlinkSync(path)
    return unused.length
  }

  async #receive(path: string, hash: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const doing = 'write a program file'
    const file = await attempt(doing, path, () => open(path, 'wx', 0o600))
    try {
      const actual = await this.#copy(bytes, (chunk) => attempt(doing, path, () => file.writeFile(chunk)))
      if (actual !== hash) throw mismatch(hash, actual)
      await attempt(doing, path, () => file.sync())
    } finally {
      await closeQuietly(file)
    }
  }

  /** @returns the hash of what was copied. */
  async #copy(
    bytes: AsyncIterable<Uint8Array>,
    write: (chunk: Uint8Array) => Promise<void>,
  ): Promise<string> {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.byteLength
      if (size > this.#maxBytes) throw tooLarge(this.#maxBytes)
      hash.update(chunk)
      await write(chunk)
    }
    return hash.digest('hex')
  }
}

async function attempt<T>(doing: string, place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeTrouble(doing, place, error)
  }
}

/** What was written is on disk already, or not wanted. */
const closeQuietly = (file: FileHandle): Promise<void> => file.close().catch(ignore)

const ignore = (): void => {}

const mismatch = (hash: string, actual: string): HashMismatchError =>
  new HashMismatchError(`what was sent as ${hash} has the hash ${actual}`, {
    remedy: 'send the file again; if it changed meanwhile, by its new hash',
  })

const tooLarge = (maxBytes: number): UploadTooLargeError =>
  new UploadTooLargeError(`a program file may have ${maxBytes} bytes, and this one has more`, {
    remedy: 'ship large data as files the job reads where they are, or raise the limit of the server',
  })
