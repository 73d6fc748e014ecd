import type { FileState } from './scan-directory.ts'

/** A file that is new, or has changed, and has come to rest. */
export interface FileNews {
  /** Below the directory, with '/'. */
  readonly path: string
  readonly state: FileState
  readonly kind: 'created' | 'changed'
}

/** A file that differs from what was given of it, and since when it has been as it is. */
interface Restless {
  readonly state: FileState
  readonly since: number
}

/** Which files have been given, and in which state: one entry per file that is there. */
export class SeenFiles {
  readonly #settle: number
  #given: Map<string, FileState> = new Map()
  #restless: Map<string, Restless> = new Map()

  /** @param settle milliseconds a file must stay as it is. */
  constructor(settle: number) {
    this.#settle = settle
  }

  /** When the next file may have come to rest; Infinity when none is restless. */
  get dueAt(): number {
    let earliest = Infinity
    for (const { since } of this.#restless.values()) earliest = Math.min(earliest, since + this.#settle)
    return earliest
  }

  /** Data: what `restore` takes. */
  snapshot(): Map<string, FileState> {
    return new Map(this.#given)
  }

  restore(given: Map<string, FileState>): void {
    this.#given = new Map(given)
  }

  /** Counts these files as given. */
  passOver(found: Map<string, FileState>): void {
    this.#given = new Map(found)
  }

  give({ path, state }: FileNews): void {
    this.#given.set(path, state)
  }

  /** What has come to rest of what was found at `now`, in the order of the paths. Files that are gone are forgotten. */
  compare(found: Map<string, FileState>, now: number): FileNews[] {
    for (const path of this.#given.keys()) if (!found.has(path)) this.#given.delete(path)
    const news: FileNews[] = []
    const restless = new Map<string, Restless>()
    for (const [path, state] of found) {
      const given = this.#given.get(path)
      if (given !== undefined && isSame(given, state)) continue
      const before = this.#restless.get(path)
      const since = before !== undefined && isSame(before.state, state) ? before.since : now
      if (now - since < this.#settle) restless.set(path, { state, since })
      else news.push({ path, state, kind: given === undefined ? 'created' : 'changed' })
    }
    this.#restless = restless
    return news
  }
}

function isSame(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtime === b.mtime
}
