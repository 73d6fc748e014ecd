import type { Collector, OperatorContext, RecordContext } from './context.ts'
import type { AnyServices } from './any-services.ts'
import type { ServiceMap } from './services.ts'

/** A value, or a promise of it: whether a function is asynchronous is found out at run time. */
export type Awaitable<T> = T | Promise<T> | PromiseLike<T>

/** Returned by a pull source when it has run dry. A symbol, because null and undefined are data. */
export const END: unique symbol = Symbol.for('millrace.end') as never
export type End = typeof END

/**
 * What functions given as object or class share. `open` comes first, once per subtask; `close` comes last,
 * exactly once for each `open` that succeeded, on every outcome. A class is constructed per subtask, an object
 * is shared by all of them.
 */
export interface Lifecycle<S extends ServiceMap = AnyServices> {
  open?(ctx: OperatorContext<S>): Awaitable<void>
  close?(): Awaitable<void>
  /**
   * State of the function's own, of this subtask: plain data, saved with every checkpoint. Not called while a call is
   * under way. An object that keeps such state may not be shared by several subtasks: give a class.
   */
  snapshot?(): unknown
  /** Called before `open`, when a job goes on from a checkpoint, with what `snapshot` gave. */
  restore?(state: unknown): Awaitable<void>
}

/** `end` is called when the input has ended normally, before `close`; it may still emit. */
export interface Ending<O, S extends ServiceMap = AnyServices> extends Lifecycle<S> {
  end?(out: Collector<O>, ctx: OperatorContext<S>): Awaitable<void>
}

export type MapFunction<I, O, S extends ServiceMap = AnyServices, K = undefined> = (
  value: I,
  ctx: RecordContext<S, K>,
) => Awaitable<O | undefined>
export interface Mapper<I, O, S extends ServiceMap = AnyServices, K = undefined> extends Ending<O, S> {
  map(value: I, ctx: RecordContext<S, K>): Awaitable<O | undefined>
}

export type Predicate<I, S extends ServiceMap = AnyServices, K = undefined> = (
  value: I,
  ctx: RecordContext<S, K>,
) => Awaitable<boolean>
export type FlatMapFunction<I, O, S extends ServiceMap = AnyServices, K = undefined> = (
  value: I,
  ctx: RecordContext<S, K>,
) => Awaitable<Iterable<O> | AsyncIterable<O> | undefined>
export interface FlatMapper<I, O, S extends ServiceMap = AnyServices, K = undefined> extends Ending<O, S> {
  flatMap(value: I, ctx: RecordContext<S, K>): Awaitable<Iterable<O> | AsyncIterable<O> | undefined>
}

export type ProcessFunction<I, O, S extends ServiceMap = AnyServices, K = undefined> = (
  value: I,
  ctx: RecordContext<S, K>,
  out: Collector<O>,
) => Awaitable<void>
export interface Processor<I, O, S extends ServiceMap = AnyServices, K = undefined> extends Ending<O, S> {
  process(value: I, ctx: RecordContext<S, K>, out: Collector<O>): Awaitable<void>
}

export type SinkFunction<I, S extends ServiceMap = AnyServices, K = undefined> = (
  value: I,
  ctx: RecordContext<S, K>,
) => Awaitable<unknown>
export interface Sink<I, S extends ServiceMap = AnyServices, K = undefined> extends Lifecycle<S> {
  write(value: I, ctx: RecordContext<S, K>): Awaitable<unknown>
}

/**
 * A sink whose output becomes visible together with the checkpoint it belongs to, so that every record is in it exactly
 * once, whatever crashes. Without checkpoints, what was written becomes visible when the job has ended normally.
 *
 * Calls come in this order, per subtask: `open`, `recover`, then any number of `write`, `prepare` and `commit`, then
 * `close`. Between `prepare` and its `commit` there may be more writes, which belong to the next.
 */
export interface TransactionalSink<I, P, S extends ServiceMap = AnyServices, K = undefined> extends Sink<
  I,
  S,
  K
> {
  /**
   * Called on every start, with what the checkpoint holds that the job goes on from; empty on a fresh start. Commits
   * all of these, whether that was done before or not, and discards what else an earlier run has left unfinished.
   */
  recover(prepared: readonly P[]): Awaitable<void>
  /**
   * A checkpoint is being taken: makes what was written since the last call durable, though not yet visible, and
   * returns what `commit` needs: plain data, or undefined when nothing was written.
   */
  prepare(): Awaitable<P | undefined>
  /** The checkpoint is safe: makes it visible. */
  commit(prepared: P): Awaitable<void>
}

/** Pulled one record at a time; ends by returning END. `ctx.subtaskIndex` tells parallel instances apart. */
export type PullFunction<T, S extends ServiceMap = AnyServices> = (
  ctx: OperatorContext<S>,
) => Awaitable<T | End>
export interface PullSource<T, S extends ServiceMap = AnyServices> extends Lifecycle<S> {
  next(ctx: OperatorContext<S>): Awaitable<T | End>
  /**
   * Where the source stands: plain data, saved with every checkpoint. Never called while a `next` is pending; what that
   * gives counts as not given yet. A source without it cannot be read again: what it gave after the last checkpoint is
   * lost in a crash.
   */
  snapshot?(): unknown
  /**
   * Called before `open` when a job goes on: the next record is to be the one behind that position. Throws
   * SourcePositionError when the source does not reach that far any more.
   */
  restore?(position: unknown): Awaitable<void>
  /** How far it has come, where that is known: for `progress$`. Called between `open` and `close`. */
  progress?(): SourceProgress
}

/** How far a source has come, in units of its own. */
export interface SourceProgress {
  readonly done: number
  /** Undefined where the size is not known. */
  readonly total?: number | undefined
  readonly unit: 'bytes' | 'records' | 'files'
}

/** An incremental aggregation: `create` per key, `add` per record, `result` at the end. */
export interface Aggregator<I, A, O> {
  create(): A
  /** Returns the new accumulator, or changes it in place and returns nothing. */
  add(accumulator: A, value: I): A | void
  result(accumulator: A, key: unknown): O
}

export type Reducer<T> = (accumulator: T, value: T) => Awaitable<T>
export type Scanner<A, I> = (accumulator: A, value: I) => Awaitable<A>

/** A class taken with `new` for each subtask. */
export type ClassOf<T> = new () => T
export type FunctionOr<F, T> = F | T | ClassOf<T>
