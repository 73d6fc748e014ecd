import { excerpt } from '../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { Timers } from '../../functions/timers.ts'
import { type KeyedCall, keyOf } from '../state/keyed/keyed-table.ts'
import type { TimerBoard } from './timer-board.ts'

/** The timers of the key of one call. */
export class TimerHandle implements Timers {
  readonly #board: TimerBoard
  readonly #call: KeyedCall

  constructor(board: TimerBoard, call: KeyedCall) {
    this.#board = board
    this.#call = call
  }

  get watermark(): number {
    return this.#board.watermark
  }

  atEventTime(ms: number, tag?: string): void {
    this.#board.set(keyOf(this.#call), 'event', checked(ms), tag)
  }

  atProcessingTime(ms: number, tag?: string): void {
    this.#board.set(keyOf(this.#call), 'processing', checked(ms), tag)
  }

  deleteEventTime(ms: number, tag?: string): void {
    this.#board.remove(keyOf(this.#call), 'event', checked(ms), tag)
  }

  deleteProcessingTime(ms: number, tag?: string): void {
    this.#board.remove(keyOf(this.#call), 'processing', checked(ms), tag)
  }
}

function checked(ms: number): number {
  if (Number.isFinite(ms)) return ms
  throw new InvalidArgumentError(`a timer must be set for a time in milliseconds, got ${excerpt(ms)}`, {
    remedy: 'pass milliseconds since the epoch, such as ctx.now() + 60_000',
  })
}
