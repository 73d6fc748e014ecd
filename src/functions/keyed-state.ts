import type { Draft } from 'immer'

/**
 * How `update` makes the next value: a recipe in the sense of immer, which changes the draft it is given or returns a
 * new value. Where there may be no object to change (a primitive, or no value yet) it must return one.
 */
export type ValueRecipe<T, R> = (value: Draft<R>) => [R] extends [object] ? T | Draft<T> | void : T | Draft<T>

/**
 * One value per key. What `get` gives must not be changed in place: it would be neither saved nor seen by a restore.
 * Values are plain data, as structured clone takes it.
 */
export interface ValueState<T, R = T> {
  /** The value; the initial one (undefined where none was given) when there is none. */
  get(): R
  set(value: T): void
  update(recipe: ValueRecipe<T, R>): void
  clear(): void
}

/** A list per key, in the order in which its items were added. */
export interface ListState<T> {
  /** A copy: what is added later does not show. */
  get(): readonly T[]
  readonly size: number
  add(value: T): void
  addAll(values: Iterable<T>): void
  /** Replaces the whole list. */
  update(values: Iterable<T>): void
  clear(): void
}

/** What may be a key of a MapState: compared as Map does. */
export type MapStateKey = string | number | bigint | boolean | null | undefined

/** A map per key. Entries come in order of insertion; with a time to live, in the order in which they were last written. */
export interface MapState<K extends MapStateKey, V> {
  readonly size: number
  get(key: K): V | undefined
  set(key: K, value: V): void
  has(key: K): boolean
  /** Whether there was an entry. */
  delete(key: K): boolean
  keys(): IterableIterator<K>
  values(): IterableIterator<V>
  entries(): IterableIterator<[K, V]>
  clear(): void
}

/** Values folded into one per key as they are added. */
export interface ReducingState<T> {
  /** Undefined when nothing was added. */
  get(): T | undefined
  add(value: T): void
  clear(): void
}
