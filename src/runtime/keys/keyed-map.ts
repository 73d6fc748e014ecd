import { canonicalKey } from './key-hash.ts'

/**
 * A map whose keys are compared by value: primitives as Map does it (0 is -0, NaN is NaN), arrays and plain objects by
 * what they contain. Keys come out as they first went in.
 */
export class KeyedMap<V> {
  readonly #primitives = new Map<unknown, V>()
  #structured: Map<string, { key: unknown; value: V }> | null = null

  get size(): number {
    return this.#primitives.size + (this.#structured?.size ?? 0)
  }

  get(key: unknown): V | undefined {
    if (typeof key !== 'object' || key === null) return this.#primitives.get(key)
    return this.#structured?.get(canonicalKey(key))?.value
  }

  has(key: unknown): boolean {
    if (typeof key !== 'object' || key === null) return this.#primitives.has(key)
    return this.#structured?.has(canonicalKey(key)) ?? false
  }

  set(key: unknown, value: V): void {
    if (typeof key !== 'object' || key === null) {
      this.#primitives.set(key, value)
      return
    }
    const text = canonicalKey(key)
    this.#structured ??= new Map()
    const entry = this.#structured.get(text)
    if (entry === undefined) this.#structured.set(text, { key, value })
    else entry.value = value
  }

  delete(key: unknown): boolean {
    if (typeof key !== 'object' || key === null) return this.#primitives.delete(key)
    return this.#structured?.delete(canonicalKey(key)) ?? false
  }

  clear(): void {
    this.#primitives.clear()
    this.#structured = null
  }

  /** Insertion order among primitives, then among structured keys. */
  *entries(): Generator<[key: unknown, value: V]> {
    yield* this.#primitives.entries()
    for (const { key, value } of this.#structured?.values() ?? []) yield [key, value]
  }
}
