import { END } from '../../functions/user-functions.ts'
import type { Book } from '../metrics/book.ts'
import type { LoopState } from './loop-state.ts'
import type { Stage } from './stage.ts'

/** An iterator and a pull function for a head that has ended, so that a loop still running its cursors reads nothing. */
export const inertIterator: Iterator<unknown> = { next: () => ({ done: true, value: undefined }) }
export const inertPull = (): unknown => END

/**
 * Turns what the loop counted into books. The loop counts only what enters a level and what leaves it on the way;
 * everything else follows, so the price per record is near nothing.
 */
export function publishBooks(stages: readonly Stage[], state: LoopState, source: Book | null): void {
  if (source !== null) source.out += state.entered[0] as number
  let level = 0
  let flow = state.entered[0] as number
  stages.forEach((stage, op) => {
    const { book } = stage
    book.in += flow
    book.dropped += state.dropped[op] as number
    if (stage.mode === 'many') {
      flow = state.entered[++level] as number
      book.out += flow
    } else if (stage.mode !== 'end') {
      flow -= (state.dropped[op] as number) + (state.left[op] as number)
      book.out += flow
    }
  })
  state.entered.fill(0)
  state.dropped.fill(0)
  state.left.fill(0)
}

/** Counts as unfinished what a strand has in hand when it is aborted. */
export function unfinishedRecords(stages: readonly Stage[], state: LoopState, recordInHand: boolean): void {
  if (recordInHand) stages[state.op]!.book.unfinished++
  for (const cursor of state.cursors) {
    if (cursor.active && cursor.counted) stages[cursor.stage]!.book.unfinished++
  }
}
