import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { devNull } from 'node:os'

type Call = (this: unknown, ...args: never[]) => Promise<unknown>
type Calls = Record<string, Call>

/** What happens at the n-th change of the disk, from 0 on. */
export type Fault =
  /** It is not made, and neither is any after it: nobody is there any more to hear of it. Half of a write is made. */
  | 'crash'
  /** It fails; later ones succeed. */
  | 'fail'
  /** It fails, and so do all after it. */
  | 'fail for good'

const handle = await fs.open(devNull)
const handles = Object.getPrototypeOf(handle) as Calls
await handle.close()

/** What changes the disk, or makes a change last. */
const changes: readonly (readonly [Calls, string])[] = [
  ...['open', 'mkdir', 'link', 'rename', 'rm'].map((name) => [fs as unknown as Calls, name] as const),
  ...['write', 'writeFile', 'sync'].map((name) => [handles, name] as const),
]

/** Stands between the module under test and node:fs/promises until `repair`. */
export class FaultyDisk {
  /** Changes so far, by name. */
  readonly changes: string[] = []
  /** Settles when the process that is played here is dead. */
  readonly crashed: Promise<'crashed'>
  readonly #originals = changes.map(([owner, name]) => [owner, name, owner[name]!] as const)
  readonly #opened: fs.FileHandle[] = []
  #die: () => void = () => {}

  constructor(at: number, fault: Fault) {
    this.crashed = new Promise((resolve) => (this.#die = () => resolve('crashed')))
    for (const [owner, name, original] of this.#originals) {
      const play = (self: unknown, args: never[]): Promise<unknown> => {
        const n = this.changes.push(name) - 1
        const works = fault === 'fail' ? n !== at : n < at
        return works ? this.#work(original, self, args) : this.#break(n === at, fault, original, self, args)
      }
      owner[name] = async function (...args) {
        return play(this, args)
      }
    }
    syncBuiltinESMExports()
  }

  async repair(): Promise<void> {
    for (const [owner, name, original] of this.#originals) owner[name] = original
    syncBuiltinESMExports()
    for (const each of this.#opened) await each.close()
  }

  async #work(original: Call, self: unknown, args: never[]): Promise<unknown> {
    const result = await original.apply(self, args)
    if (isHandle(result)) this.#opened.push(result as fs.FileHandle)
    return result
  }

  async #break(
    first: boolean,
    fault: Fault,
    original: Call,
    self: unknown,
    args: unknown[],
  ): Promise<unknown> {
    if (fault !== 'crash') throw Object.assign(new Error('EIO: the disk is broken'), { code: 'EIO' })
    const half = first ? halfOf(args) : undefined
    if (half !== undefined && isHandle(self)) await original.apply(self, half as never[])
    this.#die()
    return new Promise(() => {})
  }
}

const isHandle = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === handles

/** The arguments of a write, so that half of it is written. */
function halfOf([bytes, done, length, position]: unknown[]): unknown[] | undefined {
  if (typeof length === 'number') return [bytes, done, length >> 1, position]
  if (typeof bytes === 'string') return [bytes.slice(0, bytes.length >> 1)]
  return bytes instanceof Uint8Array ? [bytes.subarray(0, bytes.length >> 1)] : undefined
}
