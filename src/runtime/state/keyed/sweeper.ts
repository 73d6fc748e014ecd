import type { StateCell, StateTable } from '../state-table.ts'

/** Cells looked at per write: more than one, so that what is gone is found faster than new state is made. */
const SLICE = 2

/** Goes through a table again and again, a few cells at a time, to remove what is gone. */
export class Sweeper<V> {
  readonly #table: StateTable<V>
  readonly #purge: (cell: StateCell<V>) => boolean
  #cells: Iterator<StateCell<V>> | null = null

  /** @param purge removes what is gone of a cell; true when nothing is left. */
  constructor(table: StateTable<V>, purge: (cell: StateCell<V>) => boolean) {
    this.#table = table
    this.#purge = purge
  }

  sweep(): void {
    this.#cells ??= this.#table.cells()
    for (let n = 0; n < SLICE; n++) {
      const next = this.#cells.next()
      if (next.done === true) {
        this.#cells = null
        return
      }
      if (this.#purge(next.value)) this.#table.delete(next.value.key)
    }
  }
}
