import type { LoopState } from '../loop-state.ts'
import type { Head } from './head.ts'

/** A pull source of the user's, opened: see PullSource. */
export interface OpenedPull {
  next(): unknown
  open?(): unknown
  close?(): unknown
}

/** A source that is pulled one record at a time until it returns END. */
export class PullHead implements Head {
  readonly kind = 'pull'
  readonly unread = 0
  readonly held = 0
  readonly #source: OpenedPull
  readonly #onStop: () => void
  #stopped = false

  /** @param onStop aborts the source's own signal, so that a pending `next` can give up. */
  constructor(source: OpenedPull, onStop: () => void) {
    this.#source = source
    this.#onStop = onStop
  }

  open(): unknown {
    return this.#source.open?.()
  }

  fill(state: LoopState): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    state.pull = this.#pull
    return 'ready'
  }

  stop(): void {
    this.#stopped = true
    this.#onStop()
  }

  cancel(): void {
    this.stop()
  }

  close(): unknown {
    return this.#source.close?.()
  }

  readonly #pull = (): unknown => this.#source.next()
}
