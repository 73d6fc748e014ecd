import type { LoopState } from '../loop-state.ts'
import type { Head } from './head.ts'

/** How far an array has been dealt out to the subtasks that share it. */
export class ArrayShare {
  readonly items: readonly unknown[]
  readonly #subtasks: number
  #dealt = 0

  constructor(items: readonly unknown[], subtasks: number) {
    this.items = items
    this.#subtasks = subtasks
  }

  /** Where the next range begins. */
  get dealt(): number {
    return this.#dealt
  }

  /**
   * Claims the next range, at most `quantum` items, and returns where it ends. Ranges grow with what has been dealt,
   * so that a short input is spread evenly and a long one costs nothing.
   */
  claim(quantum: number): number {
    const fair = this.#subtasks === 1 ? quantum : Math.ceil((this.#dealt + 1) / (4 * this.#subtasks))
    this.#dealt = Math.min(this.items.length, this.#dealt + Math.min(quantum, fair))
    return this.#dealt
  }
}

/** A source that is an array. */
export class ArrayHead implements Head {
  readonly kind = 'chunk'
  readonly unread = 0
  readonly held = 0
  readonly #share: ArrayShare
  #stopped = false

  constructor(share: ArrayShare) {
    this.#share = share
  }

  fill(state: LoopState, quantum: number): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    if (state.index < state.limit) return 'ready'
    const from = this.#share.dealt
    const to = this.#share.claim(quantum)
    if (from === to) return 'ended'
    state.records = this.#share.items
    state.index = from
    state.limit = to
    return 'ready'
  }

  stop(): void {
    this.#stopped = true
  }

  cancel(): void {
    this.#stopped = true
  }
}
