import { excerpt } from '../../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import type { MapState, MapStateKey } from '../../../functions/keyed-state.ts'
import type { KeyedCall } from './keyed-table.ts'
import type { MapTable } from './map-table.ts'

/** The map of the key of one call. */
export class MapHandle implements MapState<MapStateKey, unknown> {
  readonly #table: MapTable
  readonly #call: KeyedCall

  constructor(table: MapTable, call: KeyedCall) {
    this.#table = table
    this.#call = call
  }

  get size(): number {
    return this.#table.count(this.#call)
  }

  get(key: MapStateKey): unknown {
    return this.#table.read(this.#call, key)?.value
  }

  set(key: MapStateKey, value: unknown): void {
    // An object would be another one after a restore.
    if ((typeof key === 'object' && key !== null) || typeof key === 'function' || typeof key === 'symbol') {
      throw new InvalidArgumentError(`a key of mapState must be a primitive, got ${excerpt(key)}`, {
        remedy: 'make a string of it, such as JSON.stringify([a, b])',
      })
    }
    this.#table.write(this.#call, key, value)
  }

  has(key: MapStateKey): boolean {
    return this.#table.read(this.#call, key) !== null
  }

  delete(key: MapStateKey): boolean {
    return this.#table.remove(this.#call, key)
  }

  *keys(): Generator<MapStateKey> {
    for (const [key] of this.#table.all(this.#call)) yield key as MapStateKey
  }

  *values(): Generator {
    for (const [, value] of this.#table.all(this.#call)) yield value
  }

  *entries(): Generator<[MapStateKey, unknown]> {
    yield* this.#table.all(this.#call) as [MapStateKey, unknown][]
  }

  clear(): void {
    this.#table.clear(this.#call)
  }
}
