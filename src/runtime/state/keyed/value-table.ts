import type { StateCell } from '../state-table.ts'
import { KeyedTable, type KeyedCall } from './keyed-table.ts'
import { latest, type TimeToLive } from './time-to-live.ts'

/** A value, and the time it is from; NaN: none. */
export interface KeptValue {
  value: unknown
  at: number
}

/** One value per key: what value and reducing states keep. */
export class ValueTable extends KeyedTable<KeptValue> {
  /** What the call sees: undefined when there is none. */
  read(call: KeyedCall): KeptValue | undefined {
    const cell = this.cellOf(call)
    const { ttl } = this
    if (cell === undefined || ttl === null) return cell?.value
    const now = ttl.timeOf(call)
    if (ttl.gone(cell.value.at, now)) return undefined
    if (ttl.refreshesOnRead && now > cell.value.at) this.#stamp(cell, now)
    return cell.value
  }

  write(call: KeyedCall, value: unknown): void {
    const now = this.ttl === null ? NaN : this.ttl.timeOf(call)
    const cell = this.cellOf(call)
    if (cell === undefined) this.insert(call, { value, at: now })
    else {
      this.touch(cell)
      cell.value.value = value
      cell.value.at = latest(cell.value.at, now)
    }
    this.sweep()
  }

  protected override purge(cell: StateCell<KeptValue>, ttl: TimeToLive, horizon: number): boolean {
    const { at } = cell.value
    if (Number.isNaN(at) && !Number.isNaN(horizon)) this.#stamp(cell, horizon)
    return ttl.gone(at, horizon)
  }

  #stamp(cell: StateCell<KeptValue>, at: number): void {
    this.touch(cell)
    cell.value.at = at
  }
}
