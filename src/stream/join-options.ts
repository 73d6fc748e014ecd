import type { JoinType } from '../functions/join-function.ts'
import type { OperatorOptions } from '../functions/operator-options.ts'
import { ownOptions, type OptionNames } from '../graph/option-names.ts'

interface CommonJoinOptions<J extends JoinType> extends OperatorOptions {
  /** Default 'inner'. */
  readonly type?: J
}

/** Both streams' records are kept until both have ended. */
export interface BoundedJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J> {
  readonly between?: never
  readonly ttl?: never
}

/** Pairs are of records that are so far apart in event time; a record is kept while a partner may still come. */
export interface IntervalJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J> {
  /**
   * Milliseconds from the left record's timestamp to the right one's, at least and at most, both inclusive: `[0, 60_000]`
   * for right records up to a minute after the left one, `[-5_000, 5_000]` for those at most five seconds away.
   */
  readonly between: readonly [lower: number, upper: number]
  readonly ttl?: never
}

/** Records are forgotten after a while. */
export interface TtlJoinOptions<J extends JoinType = JoinType> extends CommonJoinOptions<J> {
  readonly ttl: JoinTtl
  readonly between?: never
}

export interface JoinTtl {
  /** Milliseconds above 0. */
  readonly ms: number
  /** `event`, the default: from the record's timestamp to the watermark. `processing`: by the clock. */
  readonly time?: 'event' | 'processing'
}

/** What a join goes by decides for how long it keeps records. */
export type JoinOptions<J extends JoinType = JoinType> =
  BoundedJoinOptions<J> | IntervalJoinOptions<J> | TtlJoinOptions<J>

export const joinOptionNames: OptionNames = ownOptions<JoinOptions>({ type: true, between: true, ttl: true })

export interface TemporalJoinOptions<
  R = unknown,
  J extends 'inner' | 'left' = 'inner' | 'left',
> extends OperatorOptions {
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
})
