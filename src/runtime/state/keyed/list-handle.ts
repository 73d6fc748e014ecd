import type { ListState } from '../../../functions/keyed-state.ts'
import type { KeyedCall } from './keyed-table.ts'
import type { ListTable } from './list-table.ts'

/** The list of the key of one call. */
export class ListHandle implements ListState<unknown> {
  readonly #table: ListTable
  readonly #call: KeyedCall

  constructor(table: ListTable, call: KeyedCall) {
    this.#table = table
    this.#call = call
  }

  get(): readonly unknown[] {
    return this.#table.read(this.#call)
  }

  get size(): number {
    return this.#table.count(this.#call)
  }

  add(value: unknown): void {
    this.#table.add(this.#call, [value])
  }

  addAll(values: Iterable<unknown>): void {
    this.#table.add(this.#call, [...values])
  }

  update(values: Iterable<unknown>): void {
    const items = [...values]
    this.clear()
    this.#table.add(this.#call, items)
  }

  clear(): void {
    this.#table.clear(this.#call)
  }
}
