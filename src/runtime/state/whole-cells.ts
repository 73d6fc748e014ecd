import type { StateCell } from './state-cell.ts'

/** Behind every primitive key's cell. */
const STRUCTURED = 2 ** 52

/**
 * The cells of a table as it was at a barrier, in its order, although keys come and go meanwhile: cells that were
 * deleted before their turn have to be handed in. Cells that came since are among them.
 */
export class WholeCells<V> {
  readonly #live: Iterator<StateCell<V>>
  #next: StateCell<V> | null = null
  /** The last first. */
  readonly #deleted: StateCell<V>[] = []
  #sorted = true

  /** @param live keeps the order of `placeOf` while cells are deleted and added at its end. */
  constructor(live: Iterator<StateCell<V>>) {
    this.#live = live
  }

  deleted(cell: StateCell<V>): void {
    this.#deleted.push(cell)
    this.#sorted = false
  }

  next(): StateCell<V> | null {
    if (!this.#sorted) {
      this.#deleted.sort((a, b) => placeOf(b) - placeOf(a))
      this.#sorted = true
    }
    const live = (this.#next ??= this.#pull())
    const deleted = this.#deleted.at(-1)
    if (deleted !== undefined && (live === null || placeOf(deleted) <= placeOf(live))) {
      this.#deleted.pop()
      if (deleted === live) this.#next = null
      return deleted
    }
    this.#next = null
    return live
  }

  #pull(): StateCell<V> | null {
    const step = this.#live.next()
    return step.done === true ? null : step.value
  }
}

/** A KeyedMap gives primitive keys first. */
function placeOf({ key, order }: StateCell<unknown>): number {
  return typeof key === 'object' && key !== null ? STRUCTURED + order : order
}
