/** First in, first out, at the same small price however long it is: shifting an array costs its length. */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  /** Index of the first. What is before it has been taken, and is cut off when it is the greater part. */
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Undefined when there is none. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    this.#cut()
    return item
  }

  /** At most `limit` of the first. */
  take(limit: number): T[] {
    if (this.#head === 0 && this.#items.length <= limit) {
      const all = this.#items as T[]
      this.#items = []
      return all
    }
    const end = Math.min(this.#head + limit, this.#items.length)
    const taken = this.#items.slice(this.#head, end) as T[]
    this.#items.fill(undefined, this.#head, end)
    this.#head = end
    this.#cut()
    return taken
  }

  clear(): void {
    this.#items = []
    this.#head = 0
  }

  #cut(): void {
    if (this.#head * 2 <= this.#items.length) return
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}
