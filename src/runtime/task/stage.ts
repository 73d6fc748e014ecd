import type { Transformation } from '../../graph/transformation.ts'
import type { Signal } from '../flow-control/packet.ts'
import type { Book } from '../metrics/book.ts'
import type { CallContext } from './call-context.ts'
import type { Stamp } from './event-time.ts'

/** What an operator hands on for one record when that may be several: pulled lazily, one at a time. */
export type Outputs = Iterable<unknown> | AsyncIterable<unknown> | readonly unknown[] | null | undefined

/** What a call emits that goes on after its first output. */
export class OngoingOutputs implements AsyncIterableIterator<unknown> {
  /** Resolves when the call is over, however it ends. */
  readonly over: Promise<void>
  readonly #outputs: AsyncGenerator<unknown>
  readonly #onReturn: () => void

  /** @param onReturn nobody wants the rest: lets the call know. */
  constructor(outputs: AsyncGenerator<unknown>, call: Promise<unknown>, onReturn: () => void) {
    this.#outputs = outputs
    this.#onReturn = onReturn
    const ended = (): void => {}
    this.over = call.then(ended, ended)
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#outputs.next()
  }

  /** Resolves when the call is over; never rejects. */
  async return(): Promise<IteratorResult<unknown>> {
    this.#onReturn()
    await this.over
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/**
 * How the loop reads what `call` returns:
 * - `value`: the record that goes on; undefined drops it
 * - `accumulate`: the record that goes on; undefined is data
 * - `test`: whether the record goes on
 * - `pass`: ignored, the record goes on
 * - `key`: the key of the record, which goes on
 * - `time`: the event time of the record, which goes on
 * - `many`: Outputs, each of which goes on
 * - `end`: ignored, the record goes no further
 */
export type StageMode = 'value' | 'accumulate' | 'test' | 'pass' | 'key' | 'time' | 'many' | 'end'

/**
 * What `call` receives beside the record: the call's context (functions of the user's), or the record's key and the
 * index of the input it came by (operators of our own).
 */
export type StageArguments = 'context' | 'internal'

/** How far event time has come at the stage that gives records their times. */
export interface WatermarkSource {
  /** The watermark behind the last record. */
  next: number
  /** No record has come for long: others need not wait for this stream. */
  idle: boolean
}

/** One operator in one subtask, as the loop sees it. The loop calls, counts, and applies the error policy. */
export interface Stage {
  readonly node: Transformation
  readonly book: Book
  readonly mode: StageMode
  readonly takes: StageArguments
  /**
   * May return a promise of what `mode` says. Throws what the user's function throws. `timestamp` is the record's event
   * time, NaN where it has none; only stages with `timed` are given it.
   */
  readonly call: (value: unknown, contextOrKey: unknown, input: number, timestamp: number) => unknown
  /** Wants the record's event time as fourth argument of `call` (internal), or in the context. */
  readonly timed?: boolean
  /** Where outputs have times of their own: that of the output pulled last. Else they have their record's. */
  readonly stamp?: Stamp
  /** The context of the calls one at a time; those that overlap have their own. */
  readonly context: CallContext
  /** The records of this stage are arrays of records, each of which has a fate of its own. */
  readonly batched?: boolean
  /** Before the first record; a failure fails the job. */
  open?(): unknown
  /**
   * After the last record of a normal end. What it returns is emitted; once the loop has taken it all, it is asked
   * again, until it returns nothing.
   */
  end?(): Outputs | PromiseLike<Outputs>
  /**
   * Event time has come to `watermark`, which stands in the stage's own EventTime from now on: all records before it
   * have passed. What it returns is emitted; once the loop has taken it all, it is asked again, until it returns
   * nothing. It comes to Infinity just before the first `end`.
   */
  advance?(watermark: number): Outputs | PromiseLike<Outputs>
  /** The watermark at which `advance` will have something to do; Infinity: none. Goes with `advance`. */
  readonly dueAt?: number
  /** Where watermarks begin: the strand sends them on, at the latest when the stages behind have something to do. */
  readonly generates?: WatermarkSource
  /** True when `poll` has something to emit although no record came: a timer fired, an answer arrived. */
  readonly due?: boolean
  poll?(): Outputs | PromiseLike<Outputs>
  /**
   * A barrier has come: what the stage has done up to here is to be made ready for the checkpoint of that number. Its
   * state is saved when this has settled.
   */
  barrier?(checkpoint: number): unknown
  /** All checkpoints up to that number are safe. Infinity: nothing follows that could fail. */
  committed?(checkpoint: number): unknown
  /** A signal that has passed through the strand goes on here, where its last stage is no output. */
  forward?(signal: Signal): void
  /** The strand waits for input, and for nothing else. */
  idle?(): void
  /** False while the stage cannot take another record; it wakes the strand when it can. */
  readonly ready?: boolean
  /** True when the stage wants no more input: upstream is cancelled, and what follows ends normally. */
  finished?: boolean
  /** Exactly once after a successful `open`, on every outcome. */
  close?(): unknown
  /** After a normal end, once everything is closed: tells what reads this stage that no more comes. */
  complete?(): void
}
