import type { CallOperatorOptions, OperatorOptions } from '../functions/operator-options.ts'
import { ownOptions, type OptionNames } from '../graph/option-names.ts'

/** Options of operators that always have one subtask, because their result is one for the whole stream. */
export type SingleOptions = Omit<OperatorOptions, 'parallelism'>

/** Up to `size` records; a batch is let go after `interval` milliseconds even when not full. */
export interface BatchSize {
  /** A positive integer. */
  readonly size: number
  /** Milliseconds; default: a batch waits until it is full, or the input ends. */
  readonly interval?: number
}

/** At most `count` records in any `interval` milliseconds, wherever they begin. */
export interface ThrottleRate {
  /** A positive integer. */
  readonly count: number
  readonly interval: number
}

export interface TimestampsOptions extends OperatorOptions {
  /**
   * Milliseconds without a record after which other inputs need not wait for the event time of this one; default: they
   * always do.
   */
  readonly idleAfter?: number
}

export const timestampsOptionNames: OptionNames = ownOptions<TimestampsOptions>({ idleAfter: true })

export interface SinkOptions extends CallOperatorOptions {
  readonly batch?: never
}

/** With `batch`, the sink is given arrays of records. */
export interface BatchSinkOptions extends CallOperatorOptions {
  readonly batch: BatchSize
}

export const sinkOptionNames: OptionNames = ownOptions<BatchSinkOptions>({ batch: true })

export interface PrintOptions extends CallOperatorOptions {
  /** Printed before each record; default nothing. */
  readonly prefix?: string
}

export const printOptionNames: OptionNames = ownOptions<PrintOptions>({ prefix: true })

export interface BufferOptions extends Pick<OperatorOptions, 'name' | 'parallelism'> {
  /** Records held at most, a positive integer; default 1 000 000 for `collect`, 1024 for `toAsyncIterable`. */
  readonly capacity?: number
}

export const bufferOptionNames: OptionNames = ownOptions<BufferOptions>({ capacity: true })

export interface DedupeOptions extends OperatorOptions {
  /** Keys remembered per subtask, a positive integer: the oldest is forgotten first. Default all. */
  readonly capacity?: number
}

export const dedupeOptionNames: OptionNames = ownOptions<DedupeOptions>({ capacity: true })

/** `pipe` knows one error policy only, 'fail': an RxJS chain that has failed is over. */
export interface PipeOptions extends Omit<OperatorOptions, 'onError'> {
  /**
   * True: what comes of a record is emitted before the chain has taken it in, and depends on no other record, as with
   * `map` and `filter`. Needed in jobs with checkpoints, which cannot save what RxJS operators hold. Default false.
   */
  readonly stateless?: boolean
}

export const pipeOptionNames: OptionNames = ownOptions<PipeOptions>({ stateless: true })
