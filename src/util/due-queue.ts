/** Keys by when they are due, earliest first: a binary heap. A key may be in it more than once. */
export class DueQueue<K> {
  readonly #times: number[] = []
  readonly #keys: K[] = []

  /** When the first is due; Infinity when there is none. */
  get due(): number {
    return this.#times.length === 0 ? Infinity : (this.#times[0] as number)
  }

  /** The key that is due first. Only where `due` is not Infinity. */
  get first(): K {
    return this.#keys[0] as K
  }

  push(due: number, key: K): void {
    const times = this.#times
    const keys = this.#keys
    let at = times.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const time = times[parent] as number
      if (time <= due) break
      times[at] = time
      keys[at] = keys[parent] as K
      at = parent
    }
    times[at] = due
    keys[at] = key
  }

  removeFirst(): void {
    const due = this.#times.pop()
    const key = this.#keys.pop() as K
    if (due === undefined || this.#times.length === 0) return
    this.#sink(due, key)
  }

  clear(): void {
    this.#times.length = 0
    this.#keys.length = 0
  }

  /** Puts an entry where the first was, then down to where it belongs. */
  #sink(due: number, key: K): void {
    const times = this.#times
    const keys = this.#keys
    const size = times.length
    let at = 0
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child++
      if ((times[child] as number) >= due) break
      times[at] = times[child] as number
      keys[at] = keys[child] as K
      at = child
    }
    times[at] = due
    keys[at] = key
  }
}
