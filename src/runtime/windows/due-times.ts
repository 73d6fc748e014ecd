interface Bucket<T> {
  readonly items: T[]
  /** The first that has not been taken. */
  at: number
}

/**
 * Who has something to do, by the time it is due: a heap of distinct times, because many keys share the ends of their
 * windows. What is due at one time comes in the order it was added. It is made anew from the state of the windows when
 * a job goes on, and never saved.
 */
export class DueTimes<T> {
  /** The smallest time; Infinity also where nothing is due. */
  next: number = Infinity
  /** The time of what was taken last. */
  taken: number = NaN
  readonly #heap: number[] = []
  readonly #buckets = new Map<number, Bucket<T>>()
  /** Where the last one went: the next mostly goes there too. */
  #last: Bucket<T> | null = null
  #lastTime = NaN

  get empty(): boolean {
    return this.#heap.length === 0
  }

  isDue(limit: number): boolean {
    return this.#heap.length > 0 && this.next <= limit
  }

  /** What `take` would give next, if it is due. */
  get first(): T | undefined {
    const bucket = this.#buckets.get(this.#heap[0] as number)
    return bucket?.items[bucket.at]
  }

  /** Infinity is a time too: the last of all. */
  add(time: number, item: T): void {
    if (time !== this.#lastTime || this.#last === null) {
      let bucket = this.#buckets.get(time)
      if (bucket === undefined) {
        bucket = { items: [], at: 0 }
        this.#buckets.set(time, bucket)
        this.#push(time)
      }
      this.#last = bucket
      this.#lastTime = time
    }
    this.#last.items.push(item)
  }

  /** Takes the first that is due at `limit` or before; undefined when there is none. */
  take(limit: number): T | undefined {
    const time = this.#heap[0]
    if (time === undefined || time > limit) return undefined
    const bucket = this.#buckets.get(time) as Bucket<T>
    const item = bucket.items[bucket.at++] as T
    this.taken = time
    if (bucket.at === bucket.items.length) {
      this.#buckets.delete(time)
      if (bucket === this.#last) this.#last = null
      this.#pop()
    }
    return item
  }

  #push(time: number): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if ((heap[above] as number) <= time) break
      heap[at] = heap[above] as number
      at = above
    }
    heap[at] = time
    this.next = heap[0] as number
  }

  #pop(): void {
    const heap = this.#heap
    const time = heap.pop() as number
    const size = heap.length
    if (size > 0) {
      let at = 0
      for (;;) {
        let below = 2 * at + 1
        if (below >= size) break
        if (below + 1 < size && (heap[below + 1] as number) < (heap[below] as number)) below++
        if ((heap[below] as number) >= time) break
        heap[at] = heap[below] as number
        at = below
      }
      heap[at] = time
    }
    this.next = heap[0] ?? Infinity
  }
}
