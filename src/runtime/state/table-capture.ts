import { excerpt } from '../../errors/excerpt.ts'
import { shortReason, StateSaveError } from '../../errors/state-save-error.ts'
import type { BlobRef } from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import { EarlyCopies } from './early-copies.ts'
import { SLICE_MS } from './pacer.ts'
import { type BeginFrame, type CellsFrame, writeFrame } from './segment.ts'
import { DELETED, type StateCell } from './state-cell.ts'
import type { StateChanges } from './state-changes.ts'
import { WholeCells } from './whole-cells.ts'

/** A slice ends after SLICE_MS, or so many cells, whichever is first. */
const SLICE_CELLS = 16_384

/** Cells are serialised so many at a time, between two looks at the clock: few if they are large. */
const FIRST_FRAME = 16
const LARGEST_FRAME = 1024

const NOTHING = new Uint8Array(0)

export interface TableCaptureOptions<V> {
  /** The epoch that the barrier ended. */
  readonly id: number
  readonly table: string
  readonly version: number
  readonly clock: Clock
  /** The table's cells, if it is captured as a whole; they may come and go. */
  readonly cells: Iterator<StateCell<V>> | null
  /** What has changed since the last checkpoint; null: unknown. */
  readonly changes: StateChanges<V> | null
  /** Segments that this one adds to. */
  readonly base: readonly BlobRef[]
  readonly onSuccess: (segments: readonly BlobRef[]) => void
  readonly onAbort: () => void
}

/**
 * One table as it was at a barrier, on its way into a checkpoint, slice by slice, while the table goes on. What is
 * changed meanwhile is kept as it was. Exactly one of `succeeded` and `abort` ends it; until then, what it holds counts
 * as not saved.
 */
export class TableCapture<V = unknown> {
  /** Where the segments are that this one adds to; none if it stands alone. */
  readonly base: readonly BlobRef[]
  readonly #options: TableCaptureOptions<V>
  readonly #whole: WholeCells<V> | null
  readonly #copies = new EarlyCopies()
  #state: 'writing' | 'written' | 'over' = 'writing'
  #error: StateSaveError | null = null
  #begun = false
  #cells = 0
  #deleted = 0
  #frame = FIRST_FRAME

  constructor(options: TableCaptureOptions<V>) {
    this.#options = options
    this.base = options.base
    this.#whole = options.cells === null ? null : new WholeCells(options.cells)
  }

  /** Whether changes have to be told. */
  get writing(): boolean {
    return this.#state === 'writing'
  }

  /**
   * The next slice, short enough not to keep other work waiting, and now and then empty; null when all is out. A
   * segment is all slices in order, joined as one likes.
   * @throws StateSaveError when a value cannot be saved; the capture is to be aborted then.
   */
  next(): Uint8Array | null {
    if (this.#state === 'over') throw new Error('A capture that is over has nothing to give.')
    if (this.#error !== null) throw this.#error
    if (this.#state === 'written') return null
    const { clock } = this.#options
    const parts = this.#copies.flush()
    let now = clock.monotonic()
    const end = now + SLICE_MS
    for (let cells = 0; cells < SLICE_CELLS && now < end; cells += this.#frame) {
      if (!this.#write(parts)) {
        this.#state = 'written'
        this.#copies.clear()
        break
      }
      const before = now
      now = clock.monotonic()
      this.#adapt(now - before)
    }
    if (parts.length === 0) return this.#state === 'writing' ? NOTHING : null
    if (!this.#begun) parts.unshift(...this.#begin())
    return Buffer.concat(parts)
  }

  /** The cell is about to be changed or deleted: what it holds is kept until it is written. */
  keep(cell: StateCell<V>): void {
    if (this.#state !== 'writing' || !this.#awaits(cell)) return
    try {
      this.#copies.keep(cell)
    } catch (cause) {
      this.#error ??= this.#unsaved(cell.key, cause)
    }
  }

  /** The cell, which was kept, has left the table. */
  deleted(cell: StateCell<V>): void {
    if (this.#copies.has(cell)) this.#whole?.deleted(cell)
  }

  /** The checkpoint is safe. @param segments of the table from now on: `base`, and where this one is. */
  succeeded(segments: readonly BlobRef[]): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#options.onSuccess(segments)
  }

  /** The checkpoint has failed or is not wanted any more: the next has what this one had. */
  abort(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#copies.clear()
    this.#options.onAbort()
  }

  /** Whether the cell is still to be written as it is. May be true without need, never false with. */
  #awaits({ epoch }: StateCell<V>): boolean {
    const { id, changes } = this.#options
    if (epoch > id || epoch === -id) return false
    if (this.#whole !== null || epoch > DELETED) return true
    // Changes that an earlier capture had written, but did not save.
    return changes !== null && epoch <= -changes.since
  }

  /** Writes a frame; false when all is out. */
  #write(parts: Uint8Array[]): boolean {
    const { changes } = this.#options
    if (this.#whole === null && changes !== null && this.#deleted < changes.deleted.length) {
      const { keys, symbols } = named(changes.deleted.slice(this.#deleted, this.#deleted + this.#frame))
      parts.push(...writeFrame({ type: 'deleted', keys, symbols }))
      this.#deleted += this.#frame
      return true
    }
    const cells: StateCell<V>[] = []
    const values: unknown[] = []
    const early: number[] = []
    let more = true
    for (let looked = 0; looked < this.#frame; looked++) {
      const cell = this.#nextCell()
      if (cell === null) {
        more = false
        break
      }
      if (this.#take(cell, values, early)) cells.push(cell)
    }
    if (cells.length > 0) parts.push(...this.#cellsFrame(cells, values, early))
    return more
  }

  #nextCell(): StateCell<V> | null {
    if (this.#whole !== null) return this.#whole.next()
    return this.#options.changes?.cells[this.#cells++] ?? null
  }

  /** False when the cell is not as it was at the barrier, or stands in the segment already. */
  #take(cell: StateCell<V>, values: unknown[], early: number[]): boolean {
    const { id } = this.#options
    const copy = this.#copies.take(cell)
    if (copy !== undefined) {
      if (copy.numbered) early.push(values.length)
      values.push(copy.value)
      return true
    }
    if (cell.epoch > id || cell.epoch === -id || cell.epoch === DELETED) return false
    cell.epoch = -id
    values.push(cell.value)
    return true
  }

  #cellsFrame(cells: readonly StateCell<V>[], values: unknown[], early: number[]): Uint8Array[] {
    const frame: CellsFrame = { type: 'cells', ...named(cells.map(({ key }) => key)), values, early }
    try {
      return writeFrame(frame)
    } catch (cause) {
      const culprit = cells.findIndex((_, i) => !canWrite(values[i]))
      throw this.#unsaved(cells[culprit]?.key, cause)
    }
  }

  #begin(): Uint8Array[] {
    const { version } = this.#options
    const frame: BeginFrame = { type: 'begin', version, whole: this.#whole !== null }
    this.#begun = true
    return writeFrame(frame)
  }

  #adapt(took: number): void {
    if (took < SLICE_MS / 8) this.#frame = Math.min(this.#frame * 2, LARGEST_FRAME)
    else if (took > SLICE_MS / 4) this.#frame = Math.max(this.#frame >> 1, 1)
  }

  #unsaved(key: unknown, cause: unknown): StateSaveError {
    return new StateSaveError(`A value of '${this.#options.table}' cannot be saved: ${shortReason(cause)}`, {
      record: excerpt(key),
      cause,
    })
  }
}

/** V8 knows no symbols: they go by name. */
function named(given: readonly unknown[]): { keys: unknown[]; symbols: number[] } {
  const symbols: number[] = []
  const keys = given.map((key, i) => {
    if (typeof key !== 'symbol') return key
    symbols.push(i)
    return Symbol.keyFor(key)
  })
  return { keys, symbols }
}

function canWrite(value: unknown): boolean {
  try {
    writeFrame({ type: 'cells', keys: [], symbols: [], values: [value], early: [] })
    return true
  } catch {
    return false
  }
}
