import { freeze, isDraftable } from 'immer'
import { captureSite } from '../errors/definition-site.ts'
import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { ListState, MapState, MapStateKey, ReducingState, ValueState } from './keyed-state.ts'

/** When state that was not used for long is forgotten. Of a list each item has its time, of a map each entry. */
export interface StateTtl {
  /** Milliseconds, more than 0. */
  readonly ms: number
  /**
   * By which time. `event`: by timestamps and the watermark, the same at every run; for streams that have event time.
   * Default 'processing': by `ctx.now()`.
   */
  readonly time?: 'event' | 'processing'
  /** What begins the time anew: a write (the default), or also a read. */
  readonly refresh?: 'write' | 'read'
}

export interface StateOptions<V> {
  /** Default: kept until it is cleared. */
  readonly ttl?: StateTtl
  /** Of the form of what is kept, a positive integer; default 1. */
  readonly version?: number
  /** Brings a value (an item of a list, a value of a map) that an older version saved into the form of this one. */
  migrate?(this: void, old: unknown, from: number): V
}

/** Tells descriptors from whatever else an object may have as its `state`. */
export const STATE: unique symbol = Symbol.for('millrace.state') as never

/** One piece of keyed state as a function declares it: what the runtime makes a handle `H` of. Frozen data. */
export interface StateDescriptor<H = unknown> {
  readonly [STATE]: StateKind
  readonly ttl: Required<StateTtl> | null
  readonly version: number
  readonly migrate: ((old: unknown, from: number) => unknown) | null
  /** Never there: carries the type. */
  readonly handle?: H
}
export type StateKind =
  | { readonly kind: 'value'; readonly initial: () => unknown }
  | { readonly kind: 'list' }
  | { readonly kind: 'map' }
  | { readonly kind: 'reducing'; readonly reduce: (accumulator: unknown, value: unknown) => unknown }

/** A function's state, by name. */
export type StateDescriptors = Readonly<Record<string, StateDescriptor>>

/** What `ctx.state` has of those descriptors: one handle each. */
export type StateHandles<D extends StateDescriptors> = {
  readonly [N in keyof D]: D[N] extends StateDescriptor<infer H> ? H : never
}

/**
 * One value per key. `initial`, a value or a function that makes one, stands for it while there is none. A value that
 * is an object is frozen, as all keys share it.
 * @throws InvalidArgumentError for options that can never work.
 */
export function valueState<T>(): StateDescriptor<ValueState<T, T | undefined>>
export function valueState<T>(
  initial: undefined,
  options?: StateOptions<T>,
): StateDescriptor<ValueState<T, T | undefined>>
export function valueState<T>(
  initial: T | (() => T),
  options?: StateOptions<T>,
): StateDescriptor<ValueState<T>>
export function valueState(initial?: unknown, options?: StateOptions<unknown>): StateDescriptor<never> {
  if (isDraftable(initial)) freeze(initial, true)
  const create = typeof initial === 'function' ? (initial as () => unknown) : () => initial
  return descriptor('valueState', { kind: 'value', initial: create }, options)
}

/** A list per key. @throws InvalidArgumentError for options that can never work. */
export function listState<T>(options?: StateOptions<T>): StateDescriptor<ListState<T>> {
  return descriptor('listState', { kind: 'list' }, options)
}

/** A map per key, whose own keys are primitives. @throws InvalidArgumentError for options that can never work. */
export function mapState<K extends MapStateKey, V>(
  options?: StateOptions<V>,
): StateDescriptor<MapState<K, V>> {
  return descriptor('mapState', { kind: 'map' }, options)
}

/**
 * Values folded into one per key: the first is taken as it is.
 * @throws InvalidArgumentError for what is no function, and options that can never work.
 */
export function reducingState<T>(
  reduce: (accumulator: T, value: T) => T,
  options?: StateOptions<T>,
): StateDescriptor<ReducingState<T>> {
  if (typeof reduce !== 'function') throw invalid('reducingState', 'reduce', 'a function', reduce)
  const kind = {
    kind: 'reducing',
    reduce: reduce as (accumulator: unknown, value: unknown) => unknown,
  } as const
  return descriptor('reducingState', kind, options)
}

function descriptor<V>(
  factory: string,
  kind: StateKind,
  { ttl, version = 1, migrate }: StateOptions<V> = {},
): StateDescriptor<never> {
  if (!Number.isSafeInteger(version) || version < 1)
    throw invalid(factory, 'version', 'a positive integer', version)
  if (migrate !== undefined && typeof migrate !== 'function')
    throw invalid(factory, 'migrate', 'a function', migrate)
  return Object.freeze({
    [STATE]: kind,
    ttl: ttl === undefined ? null : checkedTtl(factory, ttl),
    version,
    migrate: migrate ?? null,
  })
}

function checkedTtl(factory: string, ttl: StateTtl): Required<StateTtl> {
  const { ms, time = 'processing', refresh = 'write' } = ttl
  if (typeof ms !== 'number' || !(ms > 0)) throw invalid(factory, 'ttl.ms', 'milliseconds above 0', ms)
  if (time !== 'event' && time !== 'processing')
    throw invalid(factory, 'ttl.time', "'event' or 'processing'", time)
  if (refresh !== 'write' && refresh !== 'read')
    throw invalid(factory, 'ttl.refresh', "'write' or 'read'", refresh)
  return Object.freeze({ ms, time, refresh })
}

function invalid(factory: string, what: string, wanted: string, given: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${what} of ${factory} must be ${wanted}, got ${excerpt(given)}`, {
    operator: factory,
    remedy: `pass ${wanted}`,
    site: captureSite()(),
  })
}
