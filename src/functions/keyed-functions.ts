import type { AnyServices } from './any-services.ts'
import type { Collector, RecordContext } from './context.ts'
import type { ServiceMap } from './services.ts'
import type { StateDescriptors, StateHandles } from './state-descriptors.ts'
import type { Timer, Timers } from './timers.ts'
import type { Awaitable, Ending, Lifecycle } from './user-functions.ts'

/** What a function that declares state of these descriptors knows in each call. */
export interface KeyedContext<
  D extends StateDescriptors = StateDescriptors,
  K = unknown,
  S extends ServiceMap = AnyServices,
> extends RecordContext<S, K> {
  /** The state of the record's key. What a call that fails has changed stays changed, also for its retry. */
  readonly state: StateHandles<D>
}

/** The same for `process`, which may also set timers. In `onTimer`, `timestamp` is the time of an event-time timer. */
export interface KeyedProcessContext<
  D extends StateDescriptors = StateDescriptors,
  K = unknown,
  S extends ServiceMap = AnyServices,
> extends KeyedContext<D, K, S> {
  readonly timers: Timers
}

/** `map` of a keyed stream, with state. */
export interface KeyedMapper<I, O, S extends ServiceMap, K, D extends StateDescriptors> extends Ending<O, S> {
  readonly state?: D
  map(value: I, ctx: KeyedContext<D, K, S>): Awaitable<O | undefined>
}

/** `flatMap` of a keyed stream, with state. */
export interface KeyedFlatMapper<I, O, S extends ServiceMap, K, D extends StateDescriptors> extends Ending<
  O,
  S
> {
  readonly state?: D
  flatMap(value: I, ctx: KeyedContext<D, K, S>): Awaitable<Iterable<O> | AsyncIterable<O> | undefined>
}

/** `filter` of a keyed stream, with state. */
export interface KeyedFilterer<I, S extends ServiceMap, K, D extends StateDescriptors> extends Lifecycle<S> {
  readonly state?: D
  filter(value: I, ctx: KeyedContext<D, K, S>): Awaitable<boolean>
}

/**
 * `process` of a keyed stream, with state and timers. `onTimer` is called for one timer at a time, in order of their
 * times, and never while a call for a record is under way. What it emits has the time of an event-time timer, and none
 * for one of processing time.
 */
export interface KeyedProcessor<I, O, S extends ServiceMap, K, D extends StateDescriptors> extends Ending<
  O,
  S
> {
  readonly state?: D
  process(value: I, ctx: KeyedProcessContext<D, K, S>, out: Collector<O>): Awaitable<void>
  onTimer?(timer: Timer<K>, ctx: KeyedProcessContext<D, K, S>, out: Collector<O>): Awaitable<void>
}
