import type { StateCell } from '../state-table.ts'
import { KeyedTable, type KeyedCall } from './keyed-table.ts'
import type { TimeToLive } from './time-to-live.ts'

/** Items, and the time each is from (NaN: none); null where they live for ever. */
export interface KeptList {
  items: unknown[]
  at: number[] | null
}

/** A list per key. */
export class ListTable extends KeyedTable<KeptList> {
  /** What the call sees, as an array of its own. */
  read(call: KeyedCall): unknown[] {
    const cell = this.cellOf(call)
    if (cell === undefined) return []
    const { items, at } = cell.value
    const { ttl } = this
    if (ttl === null || at === null) return items.slice()
    const now = ttl.timeOf(call)
    if (!ttl.refreshesOnRead) return items.filter((_, i) => !ttl.gone(at[i]!, now))
    this.touch(cell)
    return items.filter((_, i) => {
      if (ttl.gone(at[i]!, now)) return false
      if (now > at[i]!) at[i] = now
      return true
    })
  }

  count(call: KeyedCall): number {
    const cell = this.cellOf(call)
    if (cell === undefined) return 0
    const { items, at } = cell.value
    const { ttl } = this
    if (ttl === null || at === null) return items.length
    const now = ttl.timeOf(call)
    return at.reduce((count, time) => (ttl.gone(time, now) ? count : count + 1), 0)
  }

  add(call: KeyedCall, added: readonly unknown[]): void {
    if (added.length === 0) return
    const cell = this.cellOf(call) ?? this.insert(call, { items: [], at: null })
    this.touch(cell)
    const kept = cell.value
    for (const item of added) kept.items.push(item)
    if (this.ttl === null) kept.at = null
    else {
      const now = this.ttl.timeOf(call)
      kept.at ??= []
      while (kept.at.length < kept.items.length) kept.at.push(now)
    }
    this.sweep()
  }

  protected override purge(cell: StateCell<KeptList>, ttl: TimeToLive, horizon: number): boolean {
    const { items, at } = cell.value
    const unknownTimes = at === null || Number.isNaN(at[0])
    if (unknownTimes && !Number.isNaN(horizon)) {
      this.touch(cell)
      cell.value.at = items.map((_, i) => (at === null || Number.isNaN(at[i]) ? horizon : at[i]!))
      return false
    }
    // Oldest first, but for records out of order: those behind one that lives on go with it.
    let gone = 0
    while (at !== null && gone < at.length && ttl.gone(at[gone]!, horizon)) gone++
    if (gone === 0) return false
    if (gone === items.length) return true
    this.touch(cell)
    items.splice(0, gone)
    at!.splice(0, gone)
    return false
  }
}
