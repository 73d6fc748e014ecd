import type { CountWindows } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { whenSettled } from '../../util/when-settled.ts'
import type { StateTable } from '../state/state-table.ts'
import { accumulateAll } from './accumulate.ts'
import type { WindowCell } from './live-windows.ts'
import { createPane, type Pane } from './pane.ts'
import type { Firing, WindowLogic } from './window-logic.ts'

/**
 * Windows that fire when they have so many records. All open windows of a key get each of its records, so that only the
 * oldest can be full; another opens once the newest has `every` records.
 */
export class CountedWindows {
  readonly #table: StateTable<Pane[]>
  readonly #logic: WindowLogic
  readonly #size: number
  readonly #every: number
  readonly #timestampOf: (pane: Pane) => number

  constructor(
    table: StateTable<Pane[]>,
    logic: WindowLogic,
    { size, every }: CountWindows,
    timestampOf: (pane: Pane) => number,
  ) {
    this.#timestampOf = timestampOf
    this.#table = table
    this.#logic = logic
    this.#size = size
    this.#every = every
  }

  get empty(): boolean {
    return this.#table.size === 0
  }

  /**
   * Takes a record. What fires, or null. A record that fails is in none of its windows.
   * @param timestamp its event time; NaN: none.
   */
  take(value: unknown, key: unknown, timestamp: number): Firing | null | Promise<Firing | null> {
    const cell = this.#table.cell(key)
    if (cell !== undefined && cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    const newest = cell?.value[cell.value.length - 1]
    const opens = newest === undefined || newest.size === this.#every
    const pane = opens ? createPane(-Infinity, Infinity) : newest
    if (cell !== undefined && cell.value.length > (opens ? 0 : 1))
      return this.#takeMany(cell, opens ? [...cell.value, pane] : [...cell.value], value, timestamp)
    const next = opens ? this.#logic.first(value) : this.#logic.add(pane.accumulator, value)
    if (!isThenable(next)) return this.#taken(cell, key, pane, next, timestamp)
    return Promise.resolve(next).then((accumulator) => this.#taken(cell, key, pane, accumulator, timestamp))
  }

  /** Empties the windows that are not full, key by key. */
  *rest(): Generator<Firing> {
    for (const cell of this.#table.cells()) {
      while (cell.value.length > 0) yield this.#shift(cell)
    }
  }

  #takeMany(
    cell: WindowCell,
    panes: readonly Pane[],
    value: unknown,
    timestamp: number,
  ): Firing | null | Promise<Firing | null> {
    const targets = panes.map((pane) => ({ pane, start: pane.start, end: pane.end, absorbed: [] }))
    return whenSettled(accumulateAll(this.#logic, targets, value, []), (accumulators) => {
      panes.forEach((pane, i) => this.#put(cell, pane, (accumulators as unknown[])[i], timestamp))
      return panes[0]?.size === this.#size ? this.#shift(cell) : null
    }) as Firing | null | Promise<Firing | null>
  }

  #taken(
    cell: WindowCell | undefined,
    key: unknown,
    pane: Pane,
    accumulator: unknown,
    timestamp: number,
  ): Firing | null {
    const into = cell ?? this.#table.insert(key, [])
    this.#put(into, pane, accumulator, timestamp)
    return pane.size === this.#size ? this.#shift(into) : null
  }

  #put(cell: WindowCell, pane: Pane, accumulator: unknown, timestamp: number): void {
    if (pane.size === 0) cell.value.push(pane)
    pane.accumulator = accumulator
    pane.size++
    if (timestamp > pane.newest) pane.newest = timestamp
  }

  #shift(cell: WindowCell): Firing {
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    const pane = cell.value.shift() as Pane
    const { accumulator, start, end } = pane
    if (cell.value.length === 0) this.#table.delete(cell.key)
    return {
      accumulator,
      window: { key: cell.key, start, end, firing: 'on-time', pane: 0 },
      timestamp: this.#timestampOf(pane),
    }
  }
}
