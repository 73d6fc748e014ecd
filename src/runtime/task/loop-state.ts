import type { Reply } from '../flow-control/packet.ts'

/** Why a loop handed control back. Plain numbers: generated code returns them. */
export const Exit = {
  /** The record is done with (the interpreter only). */
  next: 0,
  /** The budget is used up, or the head's records are. */
  pause: 1,
  /** `result` is a promise of what stage `op` returns for `value`. */
  await: 2,
  /** `result` is a promise of what the cursor (or head) being pulled returns. */
  pull: 3,
  /** An output chunk is full. */
  flush: 4,
  /** `result` was thrown, at `op`, for `value`. */
  error: 5,
  /** The head's iterator has ended. */
  ended: 6,
  /** A stage is not ready for another record. */
  held: 7,
  /** A stage wants no more input. */
  finished: 8,
  /** Event time has come to where a stage has something to do. */
  time: 9,
} as const
export type ExitCode = (typeof Exit)[keyof typeof Exit]

/** `LoopState.op` while the head is pulled; while the cursor of stage w is pulled it is `-2 - w`. */
export const HEAD = -1

/** What one stage emitted for one record (or at its end), taken record by record. Bounded by being pulled. */
export class Cursor {
  /** The stage whose outputs these are. */
  readonly stage: number
  active = false
  array: readonly unknown[] | null = null
  index = 0
  iterator: Iterator<unknown> | AsyncIterator<unknown> | null = null
  /** The record that gave them, for errors. */
  origin: unknown = undefined
  /** Event time of that record, which its outputs have too; NaN: none. */
  timestamp: number = NaN
  /** Whether they belong to a record in hand, not to an end or a timer. */
  counted = false

  constructor(stage: number) {
    this.stage = stage
  }

  open(outputs: unknown, origin: unknown, timestamp: number): void {
    if (Array.isArray(outputs)) {
      if (outputs.length === 0) return
      this.array = outputs
      this.index = 0
      this.begin(origin, timestamp)
    } else {
      this.iterator = this.iterate(outputs, origin, timestamp)
    }
    this.active = true
  }

  /** Notes whose outputs follow. */
  begin(origin: unknown, timestamp: number): void {
    this.origin = origin
    this.timestamp = timestamp
    this.counted = true
  }

  /** The iterator of what a function returned. @throws TypeError when it is not iterable. */
  iterate(outputs: unknown, origin: unknown, timestamp: number): Iterator<unknown> | AsyncIterator<unknown> {
    this.begin(origin, timestamp)
    return iterate(outputs)
  }

  close(): void {
    this.active = false
    this.array = null
    this.iterator = null
    this.origin = undefined
  }
}

const noOutputs = (): string => 'A flatMap must return an array, an iterable, an async iterable, or nothing.'

/** The iterator of whatever a function returned. @throws TypeError with that complaint when it is not iterable. */
export function iterate(
  outputs: unknown,
  complaint: () => string = noOutputs,
): Iterator<unknown> | AsyncIterator<unknown> {
  const sync = (outputs as Partial<Iterable<unknown>> | undefined)?.[Symbol.iterator]
  if (typeof sync === 'function') return sync.call(outputs as Iterable<unknown>)
  const async = (outputs as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator]
  if (typeof async === 'function') return async.call(outputs as AsyncIterable<unknown>)
  throw new TypeError(complaint())
}

/**
 * Everything a loop needs to stop anywhere and go on there. The loop is entered with `records[index..limit)` (or an
 * iterator or pull function) to read and a `budget` of iterations, and leaves by an exit code.
 */
export class LoopState {
  records: readonly unknown[] = []
  keys: readonly unknown[] | null = null
  replies: readonly (Reply | null)[] | null = null
  timestamps: Float64Array | null = null
  index = 0
  limit = 0
  /** Which input the records came by. */
  input = 0
  iterator: Iterator<unknown> | AsyncIterator<unknown> | null = null
  pull: (() => unknown) | null = null
  budget = 0
  /** The stage at work, HEAD, or the cursor being pulled. */
  op = 0
  value: unknown = undefined
  key: unknown = undefined
  reply: Reply | null = null
  /** Event time of the record at work, in milliseconds; NaN: none. */
  timestamp: number = NaN
  result: unknown = undefined
  /** True while a record is finished outside the loop: its counts go straight to the books. */
  apart = false
  /** One per stage that can emit more than one record, outermost first. */
  readonly cursors: readonly Cursor[]
  /** Records that entered each level since the books were last written: level 0 is the head's, n the n-th cursor's. */
  readonly entered: Float64Array
  /** Records each stage dropped. */
  readonly dropped: Float64Array
  /** Records that left the loop's own accounting at a stage: taken over by the strand. */
  readonly left: Float64Array

  constructor(stages: number, cursors: readonly Cursor[]) {
    this.cursors = cursors
    this.entered = new Float64Array(cursors.length + 1)
    this.dropped = new Float64Array(stages)
    this.left = new Float64Array(stages)
  }

  /** The innermost cursor with something left, or null. */
  get activeCursor(): Cursor | null {
    for (let level = this.cursors.length - 1; level >= 0; level--) {
      const cursor = this.cursors[level] as Cursor
      if (cursor.active) return cursor
    }
    return null
  }
}
