import type { SavedValue, StageState, TableOptions } from '../../../../src/runtime/state/stage-state.ts'
import { StateTable } from '../../../../src/runtime/state/state-table.ts'
import type { BlobRef } from '../../../../src/storage/checkpoint-store.ts'
import { realClock } from '../../../../src/time/real-clock.ts'
import { Blobs, finish } from '../../state/support/blobs.ts'

/** What a checkpoint holds: the segments of each table. */
export interface Snapshot {
  readonly blobs: Blobs
  readonly refs: ReadonlyMap<string, readonly BlobRef[]>
  /** State saved whole. */
  readonly values: ReadonlyMap<string, unknown>
}

/** A stage's tables, captured and loaded as checkpoints do it. */
export class TestState implements StageState {
  readonly #from: Snapshot
  readonly #tables = new Map<string, StateTable<unknown>>()

  readonly #values = new Map<string, SavedValue>()

  constructor(from: Snapshot = { blobs: new Blobs(), refs: new Map(), values: new Map() }) {
    this.#from = from
  }

  table<V>(name: string, options?: TableOptions): StateTable<V> {
    const table = new StateTable<V>(name, options)
    this.#tables.set(name, table)
    return table
  }

  value(name: string, saved: SavedValue): void {
    this.#values.set(name, saved)
  }

  /** Cells in all tables. */
  get size(): number {
    return [...this.#tables.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** The values of a table. */
  values(name: string): unknown[] {
    return [...(this.#tables.get(name)?.cells() ?? [])].map(({ value }) => value)
  }

  capture(): Snapshot {
    const { blobs } = this.#from
    const refs = new Map<string, readonly BlobRef[]>()
    for (const [name, table] of this.#tables) refs.set(name, finish(table.capture(false, realClock), blobs))
    const values = new Map([...this.#values].map(([name, saved]) => [name, saved.save()]))
    return { blobs, refs, values }
  }

  async load(): Promise<void> {
    const { blobs, refs, values } = this.#from
    for (const [name, saved] of values) if (saved !== undefined) await this.#values.get(name)?.load(saved)
    for (const [name, table] of this.#tables) {
      const saved = refs.get(name)
      if (saved === undefined) continue
      await table.load({ segments: blobs.of(saved), accepts: () => true, refs: saved }, realClock)
    }
  }
}
