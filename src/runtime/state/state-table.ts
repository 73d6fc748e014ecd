import { KeyedMap } from '../keys/keyed-map.ts'

/** One key's value. Whoever changes `value`, or anything inside it, calls `touch` before. */
export class StateCell<V> {
  readonly key: unknown
  value: V
  /** The epoch in which it was last changed. */
  epoch: number

  constructor(key: unknown, value: V, epoch: number) {
    this.key = key
    this.value = value
    this.epoch = epoch
  }
}

/**
 * A stage's keyed state of one name: a value per key, keys compared by value. It knows what has changed since the last
 * checkpoint, so that the next saves only that.
 */
export class StateTable<V> {
  /** Grows with each capture. A cell of an older epoch must be touched before it is changed. */
  epoch = 0
  readonly #cells = new KeyedMap<StateCell<V>>()

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
    const cell = new StateCell(key, value, this.epoch)
    this.#cells.set(key, cell)
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
    cell.epoch = this.epoch
  }

  delete(key: unknown): boolean {
    return this.#cells.delete(key)
  }

  clear(): void {
    this.#cells.clear()
  }

  /** In order of insertion. The cell that was given last may be deleted meanwhile. */
  *cells(): Generator<StateCell<V>> {
    for (const [, cell] of this.#cells.entries()) yield cell
  }
}
