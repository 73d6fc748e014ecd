import { createHash } from 'node:crypto'
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Cancel, Clock } from '../../time/clock.ts'

/** Milliseconds of quiet behind a change: editors write in several steps, and people save several files. */
const QUIET = 100

/** Tells when files have become others: when they are saved as they were they have not. */
export class SourceChanges {
  readonly #clock: Pick<Clock, 'setTimeout'>
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #stamps = new Map<string, string>()
  /** Files that may have changed. */
  readonly #touched = new Set<string>()
  #cancel: Cancel = () => {}
  #changed: (files: readonly string[]) => void = () => {}

  constructor(clock: Pick<Clock, 'setTimeout'>) {
    this.#clock = clock
  }

  /** These are the files from now on; they are as they are now. */
  follow(files: readonly string[]): void {
    this.#stamps.clear()
    for (const file of files) this.#stamps.set(file, stampOf(file))
    const folders = new Set(files.map((file) => dirname(file)))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  /** Resolves to the files that have changed since they were followed, when some have. One waits at a time. */
  next(): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.#changed = resolve
      // What came while nobody waited.
      this.#look()
    })
  }

  close(): void {
    this.#cancel()
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    // The folder, since many editors put a new file in the place of the old one.
    const watcher = watch(folder, (_event, name) => {
      const file = name === null ? null : join(folder, name)
      if (file === null || !this.#stamps.has(file)) return
      this.#touched.add(file)
      this.#cancel()
      this.#cancel = this.#clock.setTimeout(() => this.#look(), QUIET)
    })
    // A folder that is gone has no changes any more.
    watcher.on('error', () => watcher.close())
    this.#watchers.set(folder, watcher)
  }

  #look(): void {
    const changed = [...this.#touched].filter((file) => this.#stamps.get(file) !== stampOf(file))
    this.#touched.clear()
    if (changed.length === 0) return
    for (const file of changed) this.#stamps.set(file, stampOf(file))
    this.#changed(changed)
  }
}

function stampOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch {
    return 'gone'
  }
}
