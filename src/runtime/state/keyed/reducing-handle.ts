import type { ReducingState } from '../../../functions/keyed-state.ts'
import type { KeyedCall } from './keyed-table.ts'
import type { ValueTable } from './value-table.ts'

/** What was added for the key of one call. */
export class ReducingHandle implements ReducingState<unknown> {
  readonly #table: ValueTable
  readonly #reduce: (accumulator: unknown, value: unknown) => unknown
  readonly #call: KeyedCall

  constructor(table: ValueTable, reduce: (accumulator: unknown, value: unknown) => unknown, call: KeyedCall) {
    this.#table = table
    this.#reduce = reduce
    this.#call = call
  }

  get(): unknown {
    return this.#table.read(this.#call)?.value
  }

  add(value: unknown): void {
    const kept = this.#table.read(this.#call)
    this.#table.write(this.#call, kept === undefined ? value : this.#reduce(kept.value, value))
  }

  clear(): void {
    this.#table.clear(this.#call)
  }
}
