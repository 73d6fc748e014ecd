import type { CallContext } from '../../task/call-context.ts'
import type { StateCell, StateTable } from '../state-table.ts'
import { Sweeper } from './sweeper.ts'
import type { CallTime, TimeToLive } from './time-to-live.ts'

/** A handle's view of the call it is used in: whose state it shows. */
export type KeyedCall = CallTime & Pick<CallContext, 'key' | 'overdue'>

/**
 * One piece of state of one stage: what the handles of all its calls share. Subclasses say how the state of a key is
 * kept, and what of it is gone.
 */
export abstract class KeyedTable<V> {
  protected readonly ttl: TimeToLive | null
  readonly #table: StateTable<V>
  readonly #sweeper: Sweeper<V> | null

  constructor(table: StateTable<V>, ttl: TimeToLive | null) {
    this.#table = table
    this.ttl = ttl
    this.#sweeper = ttl === null ? null : new Sweeper(table, (cell) => this.purge(cell, ttl, ttl.horizon()))
  }

  /** Removes what is gone by `horizon`; true when nothing is left. Gives a time to what has none. */
  protected abstract purge(cell: StateCell<V>, ttl: TimeToLive, horizon: number): boolean

  /** The cell of the call's key, as far as it is not gone for everybody. */
  protected cellOf(call: KeyedCall): StateCell<V> | undefined {
    const cell = this.#table.cell(keyOf(call))
    if (cell === undefined || this.ttl === null || !this.purge(cell, this.ttl, this.ttl.horizon()))
      return cell
    this.#table.delete(cell.key)
    return undefined
  }

  /** Must be called before a cell is changed. */
  protected touch(cell: StateCell<V>): void {
    if (cell.epoch !== this.#table.epoch) this.#table.touch(cell)
  }

  protected insert(call: KeyedCall, value: V): StateCell<V> {
    return this.#table.insert(keyOf(call), value)
  }

  /** Follows every write, so that what others have left behind does not pile up. */
  protected sweep(): void {
    this.#sweeper?.sweep()
  }

  clear(call: KeyedCall): void {
    this.#table.delete(keyOf(call))
  }
}

/** @throws AbortError when the call has overrun its timeout: its key may have passed to another. */
export function keyOf(call: KeyedCall): unknown {
  if (call.overdue) {
    throw new DOMException(
      'The call has overrun its timeout, and its state is not its own any more.',
      'AbortError',
    )
  }
  return call.key
}
