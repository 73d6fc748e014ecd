import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'

type Operation = (...args: unknown[]) => Promise<unknown>

/** What happens in place of an operation: nothing ever again, as after kill -9, or an error of the system. */
export type Disaster = 'crash' | { readonly code: string; readonly only?: readonly string[] }

const functions = ['open', 'rename', 'unlink', 'truncate', 'mkdir', 'rmdir', 'stat', 'readdir'] as const
const methods = ['write', 'read', 'sync'] as const

/** The file system of this process, with something happening at the n-th operation. */
export class CrashingDisk {
  /** Operations done since `begin`. */
  done = 0
  /** Their names. */
  log: string[] = []
  /** Resolves when the crash has come. */
  crashed: Promise<'crashed'> = Promise.resolve('crashed')
  #disaster: Disaster = 'crash'
  #at = Infinity
  #crash: () => void = () => {}
  /** What closes the files that are open. */
  readonly #open = new Map<FileHandle, Operation>()
  readonly #originals: (() => void)[] = []

  static async create(): Promise<CrashingDisk> {
    const disk = new CrashingDisk()
    const handle = await fs.open(process.execPath, 'r')
    const prototype = Object.getPrototypeOf(handle) as Record<string, Operation>
    await handle.close()
    for (const name of functions) disk.#replace(fs as never, name)
    for (const name of methods) disk.#replace(prototype, name)
    syncBuiltinESMExports()
    return disk
  }

  /** Puts everything back as it was. */
  async restore(): Promise<void> {
    await this.revive()
    for (const restore of this.#originals) restore()
    syncBuiltinESMExports()
  }

  /** From now on: so many operations are done, and then it happens. */
  begin(operations: number, disaster: Disaster = 'crash'): void {
    this.done = 0
    this.log = []
    this.#at = operations
    this.#disaster = disaster
    this.crashed = new Promise((resolve) => (this.#crash = () => resolve('crashed')))
  }

  /** What the crashed process had open is closed by the system; the disk works again. */
  async revive(): Promise<void> {
    this.begin(Infinity)
    for (const close of this.#open.values()) await close().catch(() => {})
    this.#open.clear()
  }

  #replace(object: Record<string, Operation>, name: string): void {
    const original = object[name]!
    const step = (): Promise<void> | undefined => this.#step(name)
    const opened = (handle: FileHandle): FileHandle => this.#opened(handle)
    object[name] = async function (this: unknown, ...args: unknown[]) {
      const stop = step()
      if (stop !== undefined) {
        // A torn write: half of it is done.
        if (name === 'write' && typeof args[2] === 'number')
          await original.call(this, args[0], args[1], args[2] >> 1, args[3])
        await stop
      }
      const result = await original.apply(this, args)
      return name === 'open' ? opened(result as FileHandle) : result
    }
    this.#originals.push(() => (object[name] = original))
  }

  #opened(handle: FileHandle): FileHandle {
    const close = handle.close.bind(handle)
    this.#open.set(handle, close)
    handle.close = async () => {
      await this.#step('close')
      this.#open.delete(handle)
      await close()
    }
    return handle
  }

  #step(name: string): Promise<void> | undefined {
    this.log.push(name)
    if (this.done++ < this.#at) return undefined
    const disaster = this.#disaster
    if (disaster === 'crash') {
      this.#crash()
      return new Promise(() => {})
    }
    if (disaster.only?.includes(name) === false) return undefined
    const error = Object.assign(new Error(`${disaster.code}: as the test wants it, ${name}`), disaster)
    const rejected = Promise.reject(error)
    rejected.catch(() => {})
    return rejected
  }
}
