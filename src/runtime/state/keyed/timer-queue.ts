/** A timer as it is kept: plain data. */
export interface KeptTimer {
  readonly time: number
  readonly kind: 'event' | 'processing'
  readonly tag: string | undefined
  /** Of registration. */
  readonly order: number
}

/** A timer with its key. */
export interface ArmedTimer {
  readonly key: unknown
  readonly timer: KeptTimer
  /** Timers behind it, each set by the one before it, since the end of the input; 0 else. */
  readonly depth: number
}

/** Dead timers it keeps before it looks for them. */
const TOLERATED = 64

/**
 * Timers by time, then in order of registration: a binary heap. What was taken back stays in it, as dead, until it comes
 * up or the dead are the majority.
 */
export class TimerQueue {
  #heap: ArmedTimer[] = []
  #dead = 0
  readonly #alive: (armed: ArmedTimer) => boolean

  /** @param alive whether the timer is still set. */
  constructor(alive: (armed: ArmedTimer) => boolean) {
    this.#alive = alive
  }

  /** Timers in memory, dead ones included. */
  get held(): number {
    return this.#heap.length
  }

  add(armed: ArmedTimer): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(armed)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(armed, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = armed
  }

  /** The next one that is set, or null. */
  peek(): ArmedTimer | null {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return null
      if (this.#alive(first)) return first
      this.#dead--
      this.#shift()
    }
  }

  /** Takes out what `peek` returned. */
  shift(): void {
    this.#shift()
  }

  /** One of its timers has been taken back. */
  bury(): void {
    this.#dead++
    if (this.#dead <= TOLERATED || this.#dead * 2 <= this.#heap.length) return
    const alive = this.#heap.filter(this.#alive)
    this.#heap = []
    this.#dead = 0
    for (const armed of alive) this.add(armed)
  }

  #shift(): void {
    const heap = this.#heap
    const last = heap.pop()!
    const size = heap.length
    if (size === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function isBefore(a: ArmedTimer, b: ArmedTimer): boolean {
  return a.timer.time < b.timer.time || (a.timer.time === b.timer.time && a.timer.order < b.timer.order)
}
