import { DELETED, type StateCell } from './state-cell.ts'

/** Fewer deleted cells than this are not worth a look. */
const FEW = 1024

/** What has happened to the keys of a table since a checkpoint. Bounded by the table, then and now. */
export class StateChanges<V> {
  /** The number of the first capture that these changes are not in, or may not be. */
  readonly since: number
  /** In the order of their first change. Some have been deleted since, some may stand here twice. */
  readonly cells: StateCell<V>[] = []
  /** Keys that are to be forgotten before `cells` are added. */
  readonly deleted: unknown[] = []
  /** Cells from this order on are in no checkpoint, so nobody has to forget them. */
  readonly #known: number
  #gone = 0

  constructor(since: number, known: number) {
    this.since = since
    this.#known = known
  }

  /** How many entries a segment of them has, about. */
  get size(): number {
    return this.cells.length - this.#gone + this.deleted.length
  }

  /** @param changed whether the cell is among `cells`. */
  delete(cell: StateCell<V>, changed: boolean): void {
    if (cell.order < this.#known) this.deleted.push(cell.key)
    if (changed) this.#gone++
    if (this.#gone > FEW && this.#gone * 2 > this.cells.length) this.#compact()
  }

  /** The changes of both, `later` having come after these. */
  merge(later: StateChanges<V>): StateChanges<V> {
    const merged = new StateChanges<V>(this.since, later.#known)
    merged.#gone = this.#gone + later.#gone
    for (const { cells, deleted } of [this, later]) {
      for (const cell of cells) merged.cells.push(cell)
      for (const key of deleted) merged.deleted.push(key)
    }
    return merged
  }

  /** Keys that come and go between two checkpoints leave no trace. */
  #compact(): void {
    let kept = 0
    for (const cell of this.cells) if (cell.epoch !== DELETED) this.cells[kept++] = cell
    this.cells.length = kept
    this.#gone = 0
  }
}
