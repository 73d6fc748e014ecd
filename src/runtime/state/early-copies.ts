import { FrameWriter } from './segment.ts'
import type { StateCell } from './state-cell.ts'

/** What a cell held at the barrier: a primitive itself, or the number of an early value. */
export interface EarlyCopy {
  readonly value: unknown
  readonly numbered: boolean
}

/**
 * What cells held at a barrier that are changed before their turn to be written has come. Objects are turned into bytes
 * at once, all into one frame, which is many times cheaper than bytes of their own.
 */
export class EarlyCopies {
  readonly #copies = new Map<StateCell<unknown>, EarlyCopy>()
  #writer: FrameWriter | null = null
  #count = 0

  /** Throws what V8 throws when the value cannot be written. */
  keep(cell: StateCell<unknown>): void {
    if (this.#copies.has(cell)) return
    const { value } = cell
    if (typeof value !== 'object' || value === null) {
      this.#copies.set(cell, { value, numbered: false })
      return
    }
    if (this.#writer === null) {
      this.#writer = new FrameWriter()
      this.#writer.add({ type: 'early' })
    }
    this.#writer.add(value)
    this.#copies.set(cell, { value: this.#count++, numbered: true })
  }

  has(cell: StateCell<unknown>): boolean {
    return this.#copies.has(cell)
  }

  /** The cell's copy, once. */
  take(cell: StateCell<unknown>): EarlyCopy | undefined {
    if (this.#copies.size === 0) return undefined
    const copy = this.#copies.get(cell)
    if (copy !== undefined) this.#copies.delete(cell)
    return copy
  }

  /** The bytes of early values since the last time: they come before the cells that refer to them. */
  flush(): Uint8Array[] {
    const frame = this.#writer?.finish() ?? []
    this.#writer = null
    return frame
  }

  clear(): void {
    this.#copies.clear()
    this.#writer = null
  }
}
