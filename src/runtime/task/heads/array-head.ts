import { SourcePositionError } from '../../../errors/checkpoint-errors.ts'
import type { Waker } from '../../flow-control/channel.ts'
import type { LoopState } from '../loop-state.ts'
import type { Head, RestoredHead } from './head.ts'
import { Meeting } from './meeting.ts'

/** How far an array has been dealt out to the subtasks that share it. */
export class ArrayShare {
  readonly items: readonly unknown[]
  readonly meeting: Meeting
  readonly #subtasks: number
  #dealt = 0

  constructor(items: readonly unknown[], subtasks: number) {
    this.items = items
    this.#subtasks = subtasks
    this.meeting = new Meeting(subtasks)
  }

  /** Goes on behind so many items. @throws SourcePositionError when there are fewer. */
  skip(count: number): void {
    if (count > this.items.length) throw tooShort(this.items.length, count)
    this.#dealt = count
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
    if (this.#dealt === this.items.length) this.meeting.close()
    return this.#dealt
  }
}

/** A source that is an array. */
export class ArrayHead implements Head {
  readonly kind = 'chunk'
  readonly unread = 0
  readonly held = 0
  readonly #share: ArrayShare
  readonly #waker: Waker
  #stopped = false

  constructor(share: ArrayShare, waker: Waker) {
    this.#share = share
    this.#waker = waker
  }

  fill(state: LoopState, quantum: number): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    if (state.index < state.limit) return 'ready'
    if (this.#share.meeting.holds(this.#waker)) return 'idle'
    const from = this.#share.dealt
    const to = this.#share.claim(quantum)
    if (from === to) return 'ended'
    state.records = this.#share.items
    state.index = from
    state.limit = to
    return 'ready'
  }

  restore({ given }: RestoredHead): void {
    this.#share.skip(given)
  }

  /** What it has claimed of a shared input must be read before: others have gone on behind it. */
  mayPass({ index, limit }: LoopState): boolean {
    return index >= limit
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

  cancel(): void {
    this.#stopped = true
    this.#share.meeting.leave()
  }
}

/** The input of a source that goes on behind `count` records has fewer. */
export function tooShort(length: number, count: number): SourcePositionError {
  return new SourcePositionError(
    `The source has ${length} records, and ${count} of it had been read when the checkpoint was taken.`,
    { remedy: 'Give the source the same input as before, or start afresh without resuming.' },
  )
}
