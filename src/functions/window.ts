import type { AnyServices } from './any-services.ts'
import type { Collector, OperatorContext } from './context.ts'
import type { ServiceMap } from './services.ts'
import type { Awaitable, Lifecycle } from './user-functions.ts'

/** Which window fires, and why. */
export interface Window<K = unknown> {
  /** The key of its records; undefined on a stream without keys. */
  readonly key: K
  /** Milliseconds since the epoch, inclusive. -Infinity for count windows and the global window. */
  readonly start: number
  /** Milliseconds since the epoch, exclusive. Infinity for count windows and the global window. */
  readonly end: number
  /** Before the window's end, at it, or behind it because of a late record. */
  readonly firing: 'early' | 'on-time' | 'late'
  /** Which firing of the window it is, from 0. */
  readonly pane: number
}

/** How many records a window has. */
export interface WindowCount<K = unknown> extends Window<K> {
  readonly count: number
}

/** An incremental aggregation of a window's records. */
export interface WindowAggregator<I, A, O, K> {
  /** Called once per window, or once per firing where firings purge. */
  create(): A
  /** Returns the new accumulator, or changes it in place and returns nothing. */
  add(accumulator: A, value: I): A | void
  /** Called once per firing. */
  result(accumulator: A, window: Window<K>): Awaitable<O>
  /** Two windows become one: returns one accumulator, or changes the first. Session windows need it. */
  merge?(accumulator: A, other: A): A | void
}

/** What a window's reduced value becomes. */
export type WindowResult<T, O, K> = (value: T, window: Window<K>) => Awaitable<O>

/** What a call knows that is given all records of a window. Valid until it has returned or its promise has settled. */
export interface WindowContext<S extends ServiceMap = AnyServices, K = unknown> extends OperatorContext<S> {
  readonly key: K
  readonly window: Window<K>
  /** The event time of what it emits, in milliseconds; undefined where there is none. */
  readonly timestamp: number | undefined
}

export type WindowFunction<I, O, S extends ServiceMap = AnyServices, K = unknown> = (
  records: readonly I[],
  ctx: WindowContext<S, K>,
  out: Collector<O>,
) => Awaitable<void>
export interface WindowProcessor<I, O, S extends ServiceMap = AnyServices, K = unknown> extends Lifecycle<S> {
  process(records: readonly I[], ctx: WindowContext<S, K>, out: Collector<O>): Awaitable<void>
}
