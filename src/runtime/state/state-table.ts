import { StateVersionError } from '../../errors/checkpoint-errors.ts'
import { excerpt } from '../../errors/excerpt.ts'
import type { BlobRef } from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import { KeyedMap } from '../keys/keyed-map.ts'
import { Pacer } from './pacer.ts'
import { readFrames } from './segment.ts'
import { SegmentReader } from './segment-reader.ts'
import type { TableOptions } from './stage-state.ts'
import { DELETED, StateCell } from './state-cell.ts'
import { StateChanges } from './state-changes.ts'
import { TableCapture } from './table-capture.ts'
import { TableSegments } from './table-segments.ts'

export { StateCell } from './state-cell.ts'

/** Changes that were not saved are worth remembering up to so many, or as many as there are keys. */
const MANY_CHANGES = 1024

/** What a table is loaded from. */
export interface TableSource {
  /** Oldest first, from one that has the whole table on. */
  readonly segments: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Keys of other subtasks are passed over. */
  readonly accepts: (key: unknown) => boolean
  /** Where the segments are, if later checkpoints may add to them; else null. */
  readonly refs: readonly BlobRef[] | null
}

/**
 * A stage's keyed state of one name: a value per key, keys compared by value. It knows what has changed since the last
 * checkpoint, so that the next saves only that.
 */
export class StateTable<V> {
  /** Grows with each capture. A cell of an older epoch must be touched before it is changed. */
  epoch = 1
  readonly #name: string
  readonly #version: number
  readonly #migrate: TableOptions['migrate']
  readonly #cells = new KeyedMap<StateCell<V>>()
  /** How many cells there have ever been. */
  #inserted = 0
  /** Null while there is nothing saved that a difference could be told from. */
  #changes: StateChanges<V> | null = null
  /** The last, until it is known whether its checkpoint is safe. */
  #capture: TableCapture<V> | null = null
  #segments: TableSegments | null = null

  constructor(name = 'state', { version = 1, migrate }: TableOptions = {}) {
    this.#name = name
    this.#version = version
    this.#migrate = migrate
  }

  get size(): number {
    return this.#cells.size
  }

  /** For reading. */
  get(key: unknown): V | undefined {
    return this.#cells.get(key)?.value
  }

  has(key: unknown): boolean {
    return this.#cells.has(key)
  }

  /** For reading and changing: `if (cell.epoch !== table.epoch) table.touch(cell)` comes before a change. */
  cell(key: unknown): StateCell<V> | undefined {
    return this.#cells.get(key)
  }

  /** Adds a key that has no cell. */
  insert(key: unknown, value: V): StateCell<V> {
    const cell = new StateCell(key, value, this.epoch, this.#inserted++)
    this.#cells.set(key, cell)
    if (this.#changes !== null) this.#changes.cells.push(cell)
    return cell
  }

  /** Sets a key's value, whether it has one or not. */
  set(key: unknown, value: V): void {
    const cell = this.#cells.get(key)
    if (cell === undefined) {
      this.insert(key, value)
      return
    }
    if (cell.epoch !== this.epoch) this.touch(cell)
    cell.value = value
  }

  /** The cell is about to change. Needed once per epoch; more often does no harm. */
  touch(cell: StateCell<V>): void {
    if (cell.epoch === this.epoch || cell.epoch === DELETED) return
    this.#capture?.keep(cell)
    cell.epoch = this.epoch
    this.#changes?.cells.push(cell)
  }

  delete(key: unknown): boolean {
    if (this.#capture === null && this.#changes === null) return this.#cells.delete(key)
    const cell = this.#cells.get(key)
    if (cell === undefined) return false
    const changed = cell.epoch === this.epoch
    this.#capture?.keep(cell)
    this.#cells.delete(key)
    cell.epoch = DELETED
    this.#capture?.deleted(cell)
    this.#changes?.delete(cell, changed)
    return true
  }

  clear(): void {
    if (this.#capture?.writing === true) {
      for (const cell of this.cells()) this.delete(cell.key)
      return
    }
    this.#cells.clear()
    this.#changes = null
  }

  /** In order of insertion. Cells may be added and deleted meanwhile, and what is added comes at the end. */
  *cells(): Generator<StateCell<V>> {
    for (const [, cell] of this.#cells.entries()) yield cell
  }

  /**
   * At a barrier: what the table holds now is to be saved; changes from now on are the next checkpoint's. Takes no
   * time to speak of, whatever the table holds. A capture that is not over is aborted.
   * @param whole even if the segments written so far, and the difference, would do.
   */
  capture(whole: boolean, clock: Clock): TableCapture<V> {
    this.#capture?.abort()
    const id = this.epoch++
    const changes = this.#changes
    const segments = this.#segments
    const difference =
      !whole && segments !== null && !segments.worn && changes !== null && changes.size < this.size
    this.#changes = new StateChanges(this.epoch, this.#inserted)
    this.#capture = new TableCapture({
      id,
      table: this.#name,
      version: this.#version,
      clock,
      cells: difference ? null : this.cells(),
      changes,
      base: difference ? segments.refs : [],
      onSuccess: (refs) => {
        this.#capture = null
        this.#segments = difference ? segments.extended(refs) : TableSegments.whole(refs)
      },
      onAbort: () => {
        this.#capture = null
        this.#takeBack(changes)
      },
    })
    return this.#capture
  }

  /**
   * Adds what was saved, with breaks. Called before the table is used, for several sources one after the other.
   * @throws StateVersionError when there is no way from a saved version to this one; CheckpointCorruptError.
   */
  async load({ segments, accepts, refs }: TableSource, clock: Clock): Promise<void> {
    const saved = -this.epoch++
    let asWritten = this.size === 0 && refs !== null
    const reader = new SegmentReader({
      delete: (key) => this.#cells.delete(key),
      set: (key, given, version) => {
        if (version !== this.#version || !accepts(key)) asWritten = false
        if (!accepts(key)) return
        const value = this.#migrated(key, given, version)
        const cell = this.#cells.get(key)
        if (cell === undefined) this.#cells.set(key, new StateCell(key, value, saved, this.#inserted++))
        else cell.value = value
      },
    })
    const pacer = new Pacer(clock)
    for await (const bytes of segments) {
      for (const frame of readFrames(bytes)) {
        reader.follow(frame)
        await pacer.pause()
      }
    }
    this.#segments = asWritten && refs !== null ? TableSegments.whole(refs) : null
    this.#changes = this.#segments === null ? null : new StateChanges(this.epoch, this.#inserted)
  }

  /** Empty, as when it was made. */
  reset(): void {
    this.#capture?.abort()
    this.#cells.clear()
    this.#changes = null
    this.#segments = null
  }

  #migrated(key: unknown, value: unknown, from: number): V {
    if (from === this.#version) return value as V
    const where = `State '${this.#name}' was saved by version ${from}, and this is version ${this.#version}`
    if (from > this.#version || this.#migrate === undefined) {
      throw new StateVersionError(`${where}.`, {
        remedy: from > this.#version ? 'resume with the newer program' : 'give the state a migrate function',
      })
    }
    try {
      return this.#migrate(value, from) as V
    } catch (cause) {
      throw new StateVersionError(`${where}: migrate failed.`, { record: excerpt(key), cause })
    }
  }

  #takeBack(changes: StateChanges<V> | null): void {
    const later = this.#changes
    if (changes === null || later === null) {
      this.#changes = null
      return
    }
    const merged = changes.merge(later)
    this.#changes = merged.size > Math.max(this.size, MANY_CHANGES) ? null : merged
  }
}
