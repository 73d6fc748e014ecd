import { excerpt } from '../../../errors/excerpt.ts'
import type { Waker } from '../../flow-control/channel.ts'
import { isThenable } from '../../../util/is-thenable.ts'
import { iterate, type LoopState } from '../loop-state.ts'
import { tooShort } from './array-head.ts'
import type { Head, RestoredHead } from './head.ts'
import { Meeting } from './meeting.ts'

/** An iterable, a promise of one, or a function that returns either. */
export type IterableInput =
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | (() => Iterable<unknown> | AsyncIterable<unknown> | Promise<Iterable<unknown> | AsyncIterable<unknown>>)

/**
 * One iterator dealt out to any number of subtasks. With several, `next` is called one at a time: not every
 * asynchronous iterator can do with overlapping calls.
 */
export class IteratorShare {
  readonly meeting: Meeting
  readonly #input: IterableInput
  readonly #shared: boolean
  /** Subtasks that have not left. */
  #readers: number
  /** Ends the input at once, where returning the iterator would wait for a pending `next`. */
  readonly #destroy: (() => void) | undefined
  #opening: Promise<Iterator<unknown> | AsyncIterator<unknown>> | null = null
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | null = null
  /** The answer to the last in line, whichever it is; null when nobody waits. */
  #last: Promise<unknown> | null = null
  #returned: unknown = undefined
  #done = false
  #skip: RestoredHead | null = null

  constructor(input: IterableInput, subtasks: number, destroy?: () => void) {
    this.#input = input
    this.#shared = subtasks > 1
    this.meeting = new Meeting(subtasks)
    this.#readers = subtasks
    this.#destroy = destroy
  }

  /** Goes on behind the records that had been given. */
  skip(restored: RestoredHead): void {
    this.#skip = restored
  }

  open(): Promise<Iterator<unknown> | AsyncIterator<unknown>> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  /** Whoever asks while an answer is pending waits in line, so that each subtask gets its share. */
  next(): unknown {
    if (this.#last !== null) return this.#queue(this.#last.then(() => this.#ask()))
    const step = this.#ask()
    return isThenable(step) ? this.#queue(step) : step
  }

  /** A subtask wants no more. The last one ends the iterator. */
  leave(): unknown {
    this.#readers--
    this.meeting.leave()
    if (this.#done || this.#readers > 0) return this.#returned
    this.#done = true
    // One that is still being opened is ended then.
    return this.#iterator === null ? undefined : this.#end()
  }

  #end(): unknown {
    this.#destroy?.()
    this.#returned = this.#iterator?.return?.()
    return this.#returned
  }

  #ask(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>> {
    if (this.#done) return { done: true, value: undefined }
    const step = this.#iterator!.next()
    if (!isThenable(step) && step.done === true) this.#done = true
    return step
  }

  #queue(step: PromiseLike<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> {
    const answer = Promise.resolve(step).then((result) => {
      if (result.done === true) this.#done = true
      return result
    })
    const settled = answer.then(
      () => {},
      () => {},
    )
    this.#last = settled
    void settled.then(() => {
      if (this.#last === settled) this.#last = null
    })
    return answer
  }

  async #open(): Promise<Iterator<unknown> | AsyncIterator<unknown>> {
    const input: unknown = await (typeof this.#input === 'function' ? this.#input() : this.#input)
    const iterator = iterate(
      input,
      () => `A source reads an iterable or an async iterable, not ${excerpt(input)}.`,
    )
    this.#iterator = iterator
    if (this.#skip !== null) await skipRecords(iterator, this.#skip)
    if (this.#done) await this.#end()
    return this.#shared ? { next: () => this.next() as IteratorResult<unknown> } : iterator
  }
}

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
    this.#iterator = await this.#share.open()
  }

  fill(state: LoopState): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    if (this.#share.meeting.holds(this.#waker)) return 'idle'
    state.iterator = this.#iterator
    return 'ready'
  }

  restore(restored: RestoredHead): void {
    this.#share.skip(restored)
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
    return this.#share.leave()
  }
}

/** Records skipped between two turns of the event loop. */
const SKIPPED_AT_ONCE = 16_384

/** @throws SourcePositionError when there are fewer. */
async function skipRecords(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  { given, turn }: RestoredHead,
): Promise<void> {
  for (let skipped = 0; skipped < given; skipped++) {
    const step = iterator.next()
    const { done } = isThenable(step) ? await step : step
    if (done === true) throw tooShort(skipped, given)
    if ((skipped + 1) % SKIPPED_AT_ONCE === 0) await turn()
  }
}
