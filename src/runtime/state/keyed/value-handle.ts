import { isDraftable, produce } from 'immer'
import type { ValueState } from '../../../functions/keyed-state.ts'
import type { KeyedCall } from './keyed-table.ts'
import type { ValueTable } from './value-table.ts'

/** The value of the key of one call. */
export class ValueHandle implements ValueState<unknown> {
  readonly #table: ValueTable
  readonly #initial: () => unknown
  readonly #call: KeyedCall

  constructor(table: ValueTable, initial: () => unknown, call: KeyedCall) {
    this.#table = table
    this.#initial = initial
    this.#call = call
  }

  get(): unknown {
    const kept = this.#table.read(this.#call)
    return kept === undefined ? this.#initial() : kept.value
  }

  set(value: unknown): void {
    this.#table.write(this.#call, value)
  }

  update(recipe: (value: never) => unknown): void {
    this.set(updated(this.get(), recipe as (value: unknown) => unknown))
  }

  clear(): void {
    this.#table.clear(this.#call)
  }
}

function updated(value: unknown, recipe: (value: unknown) => unknown): unknown {
  // Immer takes these two only with a plugin that would be switched on for the user's own use of immer too.
  if (value instanceof Map || value instanceof Set) {
    const copy = value instanceof Map ? new Map(value) : new Set(value)
    const returned = recipe(copy)
    return returned === undefined ? copy : returned
  }
  return isDraftable(value) ? produce(value, recipe) : recipe(value)
}
