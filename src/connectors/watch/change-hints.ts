import { existsSync, type FSWatcher, watch } from 'node:fs'
import process from 'node:process'

/** Below the top folder only where the system itself can: Node's own way on Linux takes a watcher per folder. */
const canRecurse = process.platform !== 'linux'

/** Tells that something may have changed. Hints get lost, and some file systems give none: whoever listens looks again. */
export class ChangeHints {
  readonly #onHint: () => void
  #watcher: FSWatcher | null = null

  constructor(onHint: () => void) {
    this.#onHint = onHint
  }

  /** Does nothing where it listens already, or cannot. */
  listen(directory: string, recursive: boolean): void {
    // Node does not let go of a watcher that it could not start.
    if (this.#watcher !== null || !existsSync(directory)) return
    try {
      this.#watcher = watch(directory, { recursive: recursive && canRecurse }, this.#onHint)
      this.#watcher.on('error', () => this.close())
    } catch {
      this.#watcher = null
    }
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = null
  }
}
