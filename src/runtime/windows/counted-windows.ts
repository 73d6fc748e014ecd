import type { CountWindows } from '../../functions/window-assigner.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { StateTable } from '../state/state-table.ts'
import { accumulateEach } from './accumulate.ts'
import type { NextFiring } from './firings.ts'
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
  /** That of the last record, where the next of its key goes into the same window and no other; else null. */
  #cell: WindowCell | null = null
  /** That window. */
  #pane: Pane = createPane(NaN, NaN)
  /** The windows of the record at work, and what they will hold. Used again with the next. */
  readonly #open: Pane[] = []
  readonly #held: unknown[] = []

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
    let cell = this.#cell
    if (cell === null || cell.key !== key) {
      cell = this.#find(key)
      if (cell === null) return this.#takeAny(value, key, timestamp)
    }
    // What follows is the way of most records: into the one window there is.
    const pane = this.#pane
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    const held = pane.accumulator
    const next = this.#logic.add(held, value)
    // The one that was there is no promise.
    if (next !== held && isThenable(next)) return this.#takeLater(cell, pane, next, timestamp)
    this.#grow(pane, next, timestamp)
    return this.#fired(cell, pane)
  }

  /** Empties the windows that are not full, key by key. */
  rest(): NextFiring {
    const cells = this.#table.cells()
    let cell: WindowCell | undefined
    return () => {
      if (cell === undefined || cell.value.length === 0) {
        const step = cells.next()
        cell = step.done === true ? undefined : step.value
      }
      return cell === undefined ? null : this.#shift(cell)
    }
  }

  /** The cell of a key that has one window, which is to take the next record alone; else null. */
  #find(key: unknown): WindowCell | null {
    const cell = this.#table.cell(key)
    if (cell === undefined || cell.value.length > 1) return null
    const pane = cell.value[0] as Pane
    if (pane.size === this.#every) return null
    this.#pane = pane
    // Objects are keys by what they contain, which may change.
    this.#cell = typeof key === 'object' && key !== null ? null : cell
    return cell
  }

  async #takeLater(
    cell: WindowCell,
    pane: Pane,
    next: PromiseLike<unknown>,
    timestamp: number,
  ): Promise<Firing | null> {
    this.#grow(pane, await next, timestamp)
    return this.#fired(cell, pane)
  }

  #takeAny(value: unknown, key: unknown, timestamp: number): Firing | null | Promise<Firing | null> {
    const cell = this.#table.cell(key)
    if (cell !== undefined && cell.epoch !== this.#table.epoch) this.#table.touch(cell)
    const open = this.#open
    let count = 0
    if (cell !== undefined) for (; count < cell.value.length; count++) open[count] = cell.value[count] as Pane
    if (count === 0 || (open[count - 1] as Pane).size === this.#every)
      open[count++] = createPane(-Infinity, Infinity)
    const waited = accumulateEach(this.#logic, open, count, value, this.#held)
    if (waited === null)
      return this.#put(cell ?? this.#table.insert(key, []), open, this.#held, count, timestamp)
    const panes = open.slice(0, count)
    return waited.then((accumulators) =>
      this.#put(cell ?? this.#table.insert(key, []), panes, accumulators, count, timestamp),
    )
  }

  #put(
    cell: WindowCell,
    panes: readonly Pane[],
    accumulators: readonly unknown[],
    count: number,
    timestamp: number,
  ): Firing | null {
    for (let i = 0; i < count; i++) {
      const pane = panes[i] as Pane
      if (pane.size === 0) cell.value.push(pane)
      this.#grow(pane, accumulators[i], timestamp)
    }
    return this.#fired(cell, panes[0] as Pane)
  }

  #grow(pane: Pane, accumulator: unknown, timestamp: number): void {
    pane.accumulator = accumulator
    pane.size++
    if (timestamp > pane.newest) pane.newest = timestamp
  }

  #fired(cell: WindowCell, oldest: Pane): Firing | null {
    const { size } = oldest
    if (size === this.#every) this.#cell = null
    return size === this.#size ? this.#shift(cell) : null
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
