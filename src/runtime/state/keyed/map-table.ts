import type { StateCell } from '../state-table.ts'
import { KeyedTable, type KeyedCall } from './keyed-table.ts'
import { latest, type TimeToLive } from './time-to-live.ts'

/** Entries, and the time each is from (NaN: none), in the same order; null where they live for ever. */
export interface KeptMap {
  entries: Map<unknown, unknown>
  at: Map<unknown, number> | null
}

/** A map per key. With a time to live what was written last stands last, so that what is oldest is found first. */
export class MapTable extends KeyedTable<KeptMap> {
  /** Null when the call sees none of that name. */
  read(call: KeyedCall, name: unknown): { readonly value: unknown } | null {
    const cell = this.cellOf(call)
    if (cell === undefined || !cell.value.entries.has(name)) return null
    const value = cell.value.entries.get(name)
    const { ttl } = this
    if (ttl === null) return { value }
    const now = ttl.timeOf(call)
    if (ttl.gone(timeOf(cell, name), now)) return null
    if (ttl.refreshesOnRead && now > timeOf(cell, name)) this.#put(cell, name, value, now)
    return { value }
  }

  write(call: KeyedCall, name: unknown, value: unknown): void {
    const cell = this.cellOf(call) ?? this.insert(call, { entries: new Map(), at: null })
    this.#put(cell, name, value, this.ttl === null ? null : this.ttl.timeOf(call))
    this.sweep()
  }

  /** Whether the call saw it. */
  remove(call: KeyedCall, name: unknown): boolean {
    const cell = this.cellOf(call)
    if (cell === undefined || !cell.value.entries.has(name)) return false
    const seen = this.ttl === null || !this.ttl.gone(timeOf(cell, name), this.ttl.timeOf(call))
    if (cell.value.entries.size === 1) {
      this.clear(call)
      return seen
    }
    this.touch(cell)
    cell.value.entries.delete(name)
    cell.value.at?.delete(name)
    return seen
  }

  count(call: KeyedCall): number {
    const cell = this.cellOf(call)
    if (cell === undefined) return 0
    const { entries, at } = cell.value
    const { ttl } = this
    if (ttl === null || at === null) return entries.size
    const now = ttl.timeOf(call)
    let count = 0
    for (const time of at.values()) if (!ttl.gone(time, now)) count++
    return count
  }

  /** What the call sees now; it may change the map while it goes through it. */
  all(call: KeyedCall): [unknown, unknown][] {
    const cell = this.cellOf(call)
    if (cell === undefined) return []
    const entries = [...cell.value.entries]
    const { ttl } = this
    if (ttl === null) return entries
    const now = ttl.timeOf(call)
    const seen = entries.filter(([name]) => !ttl.gone(timeOf(cell, name), now))
    if (ttl.refreshesOnRead) for (const [name, value] of seen) this.#put(cell, name, value, now)
    return seen
  }

  /** @param now null where entries live for ever. */
  #put(cell: StateCell<KeptMap>, name: unknown, value: unknown, now: number | null): void {
    this.touch(cell)
    const kept = cell.value
    if (now === null) {
      kept.at = null
      kept.entries.set(name, value)
      return
    }
    const at = latest(timeOf(cell, name), now)
    kept.entries.delete(name)
    kept.entries.set(name, value)
    kept.at ??= new Map()
    kept.at.delete(name)
    kept.at.set(name, at)
  }

  protected override purge(cell: StateCell<KeptMap>, ttl: TimeToLive, horizon: number): boolean {
    const { entries, at } = cell.value
    if (Number.isNaN(horizon)) return false
    for (const name of entries.keys()) {
      const time = at?.get(name) ?? NaN
      if (Number.isNaN(time)) {
        this.touch(cell)
        cell.value.at = new Map([...entries.keys()].map((each) => [each, timeOr(at?.get(each), horizon)]))
        return false
      }
      // Oldest first, but for records out of order: those behind one that lives on go with it.
      if (!ttl.gone(time, horizon)) return false
      if (entries.size === 1) return true
      this.touch(cell)
      entries.delete(name)
      at!.delete(name)
    }
    return false
  }
}

function timeOf(cell: StateCell<KeptMap>, name: unknown): number {
  return cell.value.at?.get(name) ?? NaN
}

function timeOr(at: number | undefined, otherwise: number): number {
  return at === undefined || Number.isNaN(at) ? otherwise : at
}
