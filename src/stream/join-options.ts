import type { JoinType } from '../functions/join-function.ts'
import type { OperatorOptions } from '../functions/operator-options.ts'
import type { SessionWindows, SlidingWindows, TumblingWindows } from '../functions/window-assigner.ts'
import { ownOptions, type OptionNames } from '../graph/option-names.ts'

interface CommonJoinOptions<J extends JoinType> extends OperatorOptions {
  /** Default 'inner'. */
  readonly type?: J
}

interface LateOptions {
  /**
   * The side output of records that come too late, read with `sideOutput(tag)` of the result; default 'late'. Where
   * nobody reads it they are dropped, which is counted and warned of.
   */
  readonly late?: string
}

/** Both streams' records are kept until both have ended. */
export interface BoundedJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J> {
  readonly window?: never
  readonly allowedLateness?: never
  readonly between?: never
  readonly ttl?: never
  readonly late?: never
}

/** Pairs are of records in the same window, and come when event time has passed its end. */
export interface WindowJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J>, LateOptions {
  readonly window: TumblingWindows | SlidingWindows | SessionWindows
  /**
   * Whole milliseconds for which a window is kept behind its end: a record that comes meanwhile makes the pairs it is
   * part of. Default 0.
   */
  readonly allowedLateness?: number
  readonly between?: never
  readonly ttl?: never
}

/** Pairs are of records that are so far apart in event time; a record is kept while a partner may still come. */
export interface IntervalJoinOptions<J extends JoinType = JoinType>
  extends CommonJoinOptions<J>, LateOptions {
  /**
   * Milliseconds from the left record's timestamp to the right one's, at least and at most, both inclusive: `[0, 60_000]`
   * for right records up to a minute after the left one, `[-5_000, 5_000]` for those at most five seconds away.
   */
  readonly between: readonly [lower: number, upper: number]
  readonly window?: never
  readonly allowedLateness?: never
  readonly ttl?: never
}

/** Records are forgotten after a while. */
export interface TtlJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J>, LateOptions {
  readonly ttl: JoinTtl
  readonly window?: never
  readonly allowedLateness?: never
  readonly between?: never
}

export interface JoinTtl {
  /** Milliseconds above 0. */
  readonly ms: number
  /** `event`, the default: from the record's timestamp to the watermark. `processing`: by the clock. */
  readonly time?: 'event' | 'processing'
}

/** What a join goes by decides which pairs there are, and for how long records are kept. */
export type JoinOptions<J extends JoinType = JoinType> =
  BoundedJoinOptions<J> | WindowJoinOptions<J> | IntervalJoinOptions<J> | TtlJoinOptions<J>

export const joinOptionNames: OptionNames = ownOptions<JoinOptions>({
  type: true,
  window: true,
  allowedLateness: true,
  between: true,
  ttl: true,
  late: true,
})

export interface TemporalJoinOptions<R = unknown, J extends 'inner' | 'left' = 'inner' | 'left'>
  extends OperatorOptions, LateOptions {
  /** `inner`, the default: left records without a row are dropped. `left`: they meet undefined. */
  readonly type?: J
  /**
   * `event`, the default: the row as it was at the left record's timestamp. `processing`: as it is when the left record
   * comes.
   */
  readonly time?: 'event' | 'processing'
  /** Tells a record of the right stream that deletes its row. Default: none does. */
  readonly isDelete?: (row: R) => boolean
}

export const temporalJoinOptionNames: OptionNames = ownOptions<TemporalJoinOptions>({
  type: true,
  time: true,
  isDelete: true,
  late: true,
})
