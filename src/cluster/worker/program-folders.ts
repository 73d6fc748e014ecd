import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { EngineError } from '../../errors/cluster-errors.ts'
import type { Clock } from '../../time/clock.ts'
import type { Files } from '../engine/files.ts'
import type { ProgramFile } from '../protocol/job-spec.ts'

/** Bytes of files that are kept for the next job that has them. */
const MOST_KEPT = 2 ** 30
/** Files that are fetched at a time. */
const AT_ONCE = 4

/** Programs as files in folders of their own, made from files that are fetched once. */
export class ProgramFolders {
  readonly #files: Files
  readonly #clock: Clock
  readonly #folder: string
  readonly #isTemporary: boolean
  /** Those that are being fetched, by hash. */
  readonly #fetching = new Map<string, Promise<string>>()

  private constructor(files: Files, clock: Clock, folder: string, isTemporary: boolean) {
    this.#files = files
    this.#clock = clock
    this.#folder = folder
    this.#isTemporary = isTemporary
  }

  /** @param folder where files are kept from one worker to the next; null: they are not. */
  static async open(files: Files, clock: Clock, folder: string | null): Promise<ProgramFolders> {
    const isTemporary = folder === null
    const made = folder === null ? await mkdtemp(join(tmpdir(), 'millrace-worker-')) : resolve(folder)
    await mkdir(join(made, 'files'), { recursive: true, mode: 0o700 })
    await mkdir(join(made, 'work'), { recursive: true, mode: 0o700 })
    return new ProgramFolders(files, clock, made, isTemporary)
  }

  /** A new folder with these files. @throws EngineError when the cluster does not have one of them. */
  async make(files: readonly ProgramFile[]): Promise<string> {
    const folder = join(this.#folder, 'work', randomUUID())
    await mkdir(folder, { recursive: true })
    const queue = files.values()
    const work = async (): Promise<void> => {
      for (const file of queue) await this.#put(folder, file)
    }
    try {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, work))
    } catch (error) {
      await this.discard(folder)
      throw error
    }
    return folder
  }

  /** Never rejects. */
  async discard(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch(() => {})
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await (this.#isTemporary ? this.discard(this.#folder) : this.#forgetOldest().catch(() => {}))
  }

  async #put(folder: string, { path, hash }: ProgramFile): Promise<void> {
    const target = resolve(folder, path)
    if (!target.startsWith(folder + sep)) {
      throw new EngineError(`A program has a file '${path}', which is outside of its folder.`, {
        remedy: 'Submit it with a version of Millrace that does not write such names.',
      })
    }
    await mkdir(dirname(target), { recursive: true })
    // Programs may write where they run: what is kept is not theirs.
    await copyFile(await this.#kept(hash), target, constants.COPYFILE_FICLONE)
  }

  #kept(hash: string): Promise<string> {
    const fetching = this.#fetching.get(hash) ?? this.#fetch(hash).finally(() => this.#fetching.delete(hash))
    this.#fetching.set(hash, fetching)
    return fetching
  }

  async #fetch(hash: string): Promise<string> {
    const path = join(this.#folder, 'files', hash)
    if ((await stat(path).catch(() => null)) !== null) {
      const seconds = this.#clock.now() / 1000
      await utimes(path, seconds, seconds)
      return path
    }
    const bytes = await this.#files.get(hash)
    if (bytes === null) {
      throw new EngineError(`The cluster does not have a file of the program any more: ${hash}.`, {
        remedy: 'Submit the job again.',
      })
    }
    const begun = `${path}.${randomUUID()}`
    await writeFile(begun, bytes)
    await rename(begun, path)
    return path
  }

  async #forgetOldest(): Promise<void> {
    const folder = join(this.#folder, 'files')
    const files = await Promise.all(
      (await readdir(folder)).map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name))
        return { path: join(folder, name), size, mtimeMs }
      }),
    )
    let bytes = 0
    for (const { path, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
      bytes += size
      if (bytes > MOST_KEPT) await rm(path, { force: true })
    }
  }
}
