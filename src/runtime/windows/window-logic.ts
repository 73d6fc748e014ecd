import type { Window } from '../../functions/window.ts'
import type { Outputs } from '../task/stage.ts'

/** What a firing shows: accumulated records, whose window they are, and the event time of what comes of them. */
export interface Firing {
  readonly accumulator: unknown
  readonly window: Window
  /** Milliseconds; NaN: none. */
  readonly timestamp: number
}

/** What windows do with their records, whichever windows they are. */
export interface WindowLogic {
  /** The accumulator of one record. May be a promise, as of `add` and `merge`. */
  first(value: unknown): unknown
  /** The accumulator with one record more; may be the same one, changed in place. */
  add(accumulator: unknown, value: unknown): unknown
  /** Two windows have become one. */
  merge(accumulator: unknown, other: unknown): unknown
  /** What a firing of a window is given that will get more records: its own, unless users could see it change. */
  snapshot?(accumulator: unknown): unknown
  /** What a firing emits, or a promise of it. */
  result(firing: Firing): unknown
  /** In the place of `result`, where a firing may emit any number of records. */
  outputs?(firing: Firing): Outputs | PromiseLike<Outputs>
}
