import { excerpt } from '../../../errors/excerpt.ts'
import type { Waker } from '../../flow-control/channel.ts'
import { isThenable } from '../../../util/is-thenable.ts'
import { iterate } from '../loop-state.ts'
import { AnswerLine } from './answer-line.ts'
import { tooShort } from './array-head.ts'
import type { RestoredHead } from './head.ts'
import { Meeting } from './meeting.ts'

/** An iterable, a promise of one, or a function that returns either. */
export type IterableInput =
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | (() => Iterable<unknown> | AsyncIterable<unknown> | Promise<Iterable<unknown> | AsyncIterable<unknown>>)

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>

/** One iterator dealt out to any number of subtasks. */
export class IteratorShare {
  readonly meeting: Meeting
  readonly line: AnswerLine
  readonly #input: IterableInput
  readonly #shared: boolean
  /** Subtasks that have not left. */
  #readers: number
  /** Ends the input at once, where returning the iterator would wait for a pending `next`. */
  readonly #destroy: (() => void) | undefined
  #opening: Promise<AnyIterator> | null = null
  #iterator: AnyIterator | null = null
  #returned: unknown = undefined
  #done = false
  #skip: RestoredHead | null = null

  constructor(input: IterableInput, subtasks: number, destroy?: () => void) {
    this.#input = input
    this.#shared = subtasks > 1
    this.meeting = new Meeting(subtasks, () => this.line.serve())
    this.line = new AnswerLine(() => this.#ask(), this.meeting)
    this.#readers = subtasks
    this.#destroy = destroy
  }

  /** Goes on behind the records that had been given. */
  skip(restored: RestoredHead): void {
    this.#skip = restored
  }

  /** The iterator as that subtask is to read it. */
  async open(subtask: Waker): Promise<AnyIterator> {
    this.#opening ??= this.#open()
    const iterator = await this.#opening
    return this.#shared ? { next: () => this.line.next(subtask) as IteratorResult<unknown> } : iterator
  }

  /** A subtask wants no more. The last one ends the iterator. */
  leave(subtask: Waker): unknown {
    this.#readers--
    if (!this.#done && this.#readers === 0) {
      this.#done = true
      // One that is still being opened is ended then.
      if (this.#iterator !== null) this.#end()
    }
    this.meeting.leave()
    this.line.leave(subtask)
    return this.#returned
  }

  #end(): unknown {
    this.#destroy?.()
    this.#returned = this.#iterator?.return?.()
    return this.#returned
  }

  #ask(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>> {
    if (this.#done) return { done: true, value: undefined }
    const step = this.#iterator!.next()
    return isThenable(step) ? step.then(this.#look) : this.#look(step)
  }

  readonly #look = (step: IteratorResult<unknown>): IteratorResult<unknown> => {
    if (step.done === true) {
      this.#done = true
      this.meeting.close()
    }
    return step
  }

  async #open(): Promise<AnyIterator> {
    const input: unknown = await (typeof this.#input === 'function' ? this.#input() : this.#input)
    const iterator = iterate(
      input,
      () => `A source reads an iterable or an async iterable, not ${excerpt(input)}.`,
    )
    this.#iterator = iterator
    if (this.#skip !== null) await skipRecords(iterator, this.#skip)
    if (this.#done) await this.#end()
    return iterator
  }
}

/** Records skipped between two turns of the event loop. */
const SKIPPED_AT_ONCE = 16_384

/** @throws SourcePositionError when there are fewer. */
async function skipRecords(iterator: AnyIterator, { given, turn }: RestoredHead): Promise<void> {
  for (let skipped = 0; skipped < given; skipped++) {
    const step = iterator.next()
    const { done } = isThenable(step) ? await step : step
    if (done === true) throw tooShort(skipped, given)
    if ((skipped + 1) % SKIPPED_AT_ONCE === 0) await turn()
  }
}
