import type { OperatorOptions } from '../functions/operator-options.ts'
import { optionNames, ownOptions, type OptionNames } from '../graph/option-names.ts'

/** Options of sources. A source that fails, fails the job: there is no record to set aside. */
export type SourceOptions = Omit<OperatorOptions, 'onError'>

/** Options of sources that are one by nature. */
export type SingleSourceOptions = Omit<SourceOptions, 'parallelism'>

export interface ObservableOptions extends SingleSourceOptions {
  /**
   * What happens when records arrive faster than they are processed, and `capacity` of them wait: the job fails with
   * SourceOverflowError (default), or the oldest or the newest is dropped and counted.
   */
  readonly overflow?: 'error' | 'drop-oldest' | 'drop-newest'
  /** Records that may wait, a positive integer; default 1024. */
  readonly capacity?: number
}

export const observableOptionNames: OptionNames = ownOptions<ObservableOptions>({
  overflow: true,
  capacity: true,
})

export interface IntervalOptions extends SingleSourceOptions {
  /** Numbers emitted before the source ends; default: it does not end. */
  readonly count?: number
}

export const intervalOptionNames: OptionNames = ownOptions<IntervalOptions>({ count: true })

export interface FutureOptions {
  /** Records from outside are admitted while fewer than this are inside the loop; default 1024. */
  readonly admit?: number
  /** More records than this inside the loop fail the job with LoopOverflowError; default 100 000. */
  readonly capacity?: number
}

export const futureOptionNames: OptionNames = optionNames<FutureOptions>({ admit: true, capacity: true })
