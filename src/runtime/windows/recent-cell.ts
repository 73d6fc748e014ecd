import type { StateCell, StateTable } from '../state/state-table.ts'

/**
 * A way to the cells of a table that spares the look-up where a key comes again: there is one cell alone where there
 * are no keys, and keys often come in runs. Cells must be deleted through this.
 */
export class RecentCell<V> {
  readonly #table: StateTable<V>
  #last: StateCell<V> | null = null

  constructor(table: StateTable<V>) {
    this.#table = table
  }

  cell(key: unknown): StateCell<V> | undefined {
    const last = this.#last
    return last !== null && last.key === key ? last : this.#find(key)
  }

  delete(cell: StateCell<V>): void {
    if (this.#last === cell) this.#last = null
    this.#table.delete(cell.key)
  }

  #find(key: unknown): StateCell<V> | undefined {
    const cell = this.#table.cell(key)
    // Objects are keys by what they contain, which may change.
    if (cell !== undefined && (typeof key !== 'object' || key === null)) this.#last = cell
    return cell
  }
}
