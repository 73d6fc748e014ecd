import { checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { CheckpointStore } from '../storage/checkpoint-store.ts'
import { CrashPlan } from './crash-plan.ts'
import type { CrashPoint } from './crash-point.ts'
import { FaultyStore } from './faulty-store.ts'
import type { PlannedCrashError } from './planned-crash-error.ts'
import { seededRandom, seedOfRun } from './seeded-random.ts'

export interface FaultPlanOptions<T> {
  /** Calls that fail, the first being 1. */
  readonly calls?: readonly number[]
  /** Records whose calls fail, each its first `times` calls. */
  readonly records?: (record: T) => boolean
  /** Default 1: a record that is tried again passes. Infinity: it never does. */
  readonly times?: number
  /** Share of calls that fail, 0 to 1, drawn from `seed`; default 0. */
  readonly rate?: number
  /** Crashes of the job, each of which happens once; default none. They need `faults` of a TestEnvironment. */
  readonly crashes?: readonly CrashPoint[]
  /** Any number; the same seed draws the same calls and crashes. Default MILLRACE_SEED, and without it 1. */
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
  readonly seed: number
  /** Crashes that happened, in order; `at` says where. */
  readonly crashes: readonly PlannedCrashError[]
  /** Calls for this record so far. */
  attempts(record: T): number
  /** The function, failing as planned: the fault comes in place of the call. */
  wrap<A extends readonly unknown[], R>(fn: (record: T, ...rest: A) => R): (record: T, ...rest: A) => R
  /**
   * A store that kills the job between the phases of its checkpoints. A TestEnvironment with these `faults` calls it.
   * @param kill fails the job.
   */
  attach(store: CheckpointStore | null, kill: (error: unknown) => void): CheckpointStore | null
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
  readonly seed: number
  readonly #crashes: CrashPlan

  constructor(options: FaultPlanOptions<T>) {
    const { calls = [], times = 1, rate = 0, crashes = [], seed = seedOfRun() ?? 1 } = options
    for (const call of calls) checkPositiveInteger('faultPlan', 'calls', call)
    if (times !== Infinity) checkPositiveInteger('faultPlan', 'times', times)
    if (!(rate >= 0 && rate <= 1)) {
      throw invalidArgument('faultPlan', `rate is ${rate}`, 'pass a share of calls, 0 to 1')
    }
    this.#options = options
    this.#times = times
    this.seed = seed
    this.#draw = seededRandom(seed)
    // Drawn apart, so that crashes do not change which calls fail.
    this.#crashes = new CrashPlan(crashes, seededRandom(seed + 1), seed)
  }

  get crashes(): readonly PlannedCrashError[] {
    return this.#crashes.crashes
  }

  attach(store: CheckpointStore | null, kill: (error: unknown) => void): CheckpointStore | null {
    this.#crashes.attach(kill)
    return store === null ? null : new FaultyStore(store, this.#crashes)
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
    this.#crashes.atRecord(call)
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
