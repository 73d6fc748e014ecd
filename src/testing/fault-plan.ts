import { checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

export interface FaultPlanOptions<T> {
  /** Calls that fail, the first being 1. */
  readonly calls?: readonly number[]
  /** Records whose calls fail, each its first `times` calls. */
  readonly records?: (record: T) => boolean
  /** Default 1: a record that is tried again passes. Infinity: it never does. */
  readonly times?: number
  /** Share of calls that fail, 0 to 1, drawn from `seed`; default 0. */
  readonly rate?: number
  /** Any number; the same seed draws the same calls. Default 1. */
  readonly seed?: number
  /** What is thrown; default an Error that names the call. */
  readonly error?: (record: T, call: number) => unknown
}

/** A call the plan made fail. */
export interface Fault<T> {
  readonly record: T
  /** Counted over all calls, the first being 1. */
  readonly call: number
  /** Calls for this record up to then, at least 1. */
  readonly attempt: number
  readonly error: unknown
}

/**
 * Which calls of a function fail, decided by what is given and never by chance: the same plan fails the same calls
 * of the same sequence of calls. Records are told apart as by `Map`: objects by identity.
 */
export interface FaultPlan<T> {
  /** Calls so far, and those that failed. */
  readonly calls: number
  readonly faults: readonly Fault<T>[]
  /** Calls for this record so far. */
  attempts(record: T): number
  /** The function, failing as planned: the fault comes in place of the call. */
  wrap<A extends readonly unknown[], R>(fn: (record: T, ...rest: A) => R): (record: T, ...rest: A) => R
}

/** A call fails when any of what is given says so. */
export function faultPlan<T>(options: FaultPlanOptions<T>): FaultPlan<T> {
  return new Plan(options)
}

class Plan<T> implements FaultPlan<T> {
  calls = 0
  readonly faults: Fault<T>[] = []
  readonly #options: FaultPlanOptions<T>
  readonly #times: number
  readonly #attempts = new Map<T, number>()
  readonly #draw: () => number

  constructor(options: FaultPlanOptions<T>) {
    const { calls = [], times = 1, rate = 0, seed = 1 } = options
    for (const call of calls) checkPositiveInteger('faultPlan', 'calls', call)
    if (times !== Infinity) checkPositiveInteger('faultPlan', 'times', times)
    if (!(rate >= 0 && rate <= 1)) {
      throw invalidArgument('faultPlan', `rate is ${rate}`, 'pass a share of calls, 0 to 1')
    }
    this.#options = options
    this.#times = times
    this.#draw = random(seed)
  }

  attempts(record: T): number {
    return this.#attempts.get(record) ?? 0
  }

  wrap<A extends readonly unknown[], R>(fn: (record: T, ...rest: A) => R): (record: T, ...rest: A) => R {
    return (record, ...rest) => {
      this.#enter(record)
      return fn(record, ...rest)
    }
  }

  #enter(record: T): void {
    const { calls, records, rate = 0, error } = this.#options
    const call = ++this.calls
    const attempt = this.attempts(record) + 1
    this.#attempts.set(record, attempt)
    // Drawn for each call, so that what else is planned does not change the draw.
    const drawn = this.#draw() < rate
    const chosen = attempt <= this.#times && records?.(record) === true
    if (!drawn && !chosen && calls?.includes(call) !== true) return
    const thrown = error === undefined ? new Error(`planned fault at call ${call}`) : error(record, call)
    this.faults.push({ record, call, attempt, error: thrown })
    throw thrown
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
