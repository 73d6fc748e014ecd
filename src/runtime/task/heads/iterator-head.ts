import type { Waker } from '../../flow-control/channel.ts'
import type { LoopState } from '../loop-state.ts'
import type { Head, RestoredHead } from './head.ts'
import type { IteratorShare } from './iterator-share.ts'

/** A source that is an iterator, synchronous or not; the loop itself calls `next`. */
export class IteratorHead implements Head {
  readonly kind = 'iterator'
  readonly unread = 0
  readonly held = 0
  readonly #share: IteratorShare
  readonly #waker: Waker
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | null = null
  #stopped = false

  constructor(share: IteratorShare, waker: Waker) {
    this.#share = share
    this.#waker = waker
  }

  async open(): Promise<void> {
    this.#iterator = await this.#share.open(this.#waker)
  }

  fill(state: LoopState): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    if (this.#share.meeting.holds(this.#waker)) return 'idle'
    state.iterator = this.#iterator
    return 'ready'
  }

  answered(): void {
    this.#share.line.takenIn(this.#waker)
  }

  restore(restored: RestoredHead): void {
    this.#share.skip(restored)
  }

  mayPass(): boolean {
    return !this.#share.line.owes(this.#waker)
  }

  passed(): void {
    this.#share.meeting.arrive(this.#waker)
  }

  cancelBarrier(): void {
    this.#share.meeting.dissolve()
  }

  stop(): void {
    this.#stopped = true
  }

  cancel(): unknown {
    this.#stopped = true
    return this.#share.leave(this.#waker)
  }
}
