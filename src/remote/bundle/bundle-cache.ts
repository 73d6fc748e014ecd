import { stat } from 'node:fs/promises'
import { buildEntry, type BuiltEntry } from './build-entry.ts'
import { finishBundle } from './bundle-program.ts'
import type { BundleRequest, ProgramBundle } from './program-bundle.ts'

/** Programs whose code is kept. */
const CAPACITY = 8

interface Kept {
  readonly built: BuiltEntry
  /** What tells that a file is as it was, by path. */
  readonly stamps: ReadonlyMap<string, string>
}

/**
 * Bundles programs, each as often as its files change: who submits many jobs of one program has it built once. Those
 * who ask for the same at the same time get the same.
 */
export class BundleCache {
  readonly #built = new Map<string, Kept>()
  readonly #under = new Map<string, Promise<ProgramBundle>>()

  /** As `bundleProgram`. */
  bundle(request: BundleRequest): Promise<ProgramBundle> {
    const key = JSON.stringify([request.entry, request.external, request.packages, request.assets])
    const under = this.#under.get(key)
    if (under !== undefined) return under
    const made = this.#make(request).finally(() => this.#under.delete(key))
    this.#under.set(key, made)
    return made
  }

  async #make(request: BundleRequest): Promise<ProgramBundle> {
    return finishBundle(request, await this.#code(request))
  }

  async #code(request: BundleRequest): Promise<BuiltEntry> {
    const key = JSON.stringify([request.entry, request.external, request.packages])
    const kept = this.#built.get(key)
    this.#built.delete(key)
    const current = kept !== undefined && (await isFresh(kept)) ? kept : await build(request)
    this.#built.set(key, current)
    // The first is the one that nobody has asked for the longest.
    for (const oldest of this.#built.keys()) {
      if (this.#built.size <= CAPACITY) break
      this.#built.delete(oldest)
    }
    return current.built
  }
}

async function build(request: BundleRequest): Promise<Kept> {
  const built = await buildEntry(request)
  return { built, stamps: new Map(await Promise.all(built.read.map(stamped))) }
}

async function isFresh({ stamps }: Kept): Promise<boolean> {
  const now = await Promise.all([...stamps.keys()].map(stamped))
  return now.every(([path, stamp]) => stamps.get(path) === stamp)
}

async function stamped(path: string): Promise<[string, string]> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return [path, `${mtimeMs} ${size} ${ino}`]
  } catch {
    return [path, 'gone']
  }
}
