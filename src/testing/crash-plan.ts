import { type CrashPhase, type CrashPoint, describeCrash, drawCrash, type DrawnCrash } from './crash-point.ts'
import { PlannedCrashError } from './planned-crash-error.ts'

/** Which crashes are still to come, and what they do to the job. */
export class CrashPlan {
  /** Those that happened. */
  readonly crashes: PlannedCrashError[] = []
  readonly #seed: number
  #pending: readonly DrawnCrash[]
  #kill: ((error: unknown) => void) | null = null
  #barrier = 0

  constructor(points: readonly CrashPoint[], random: () => number, seed: number) {
    this.#seed = seed
    this.#pending = points.map((point) => drawCrash(point, random))
  }

  /** @param kill fails the job. */
  attach(kill: (error: unknown) => void): void {
    this.#kill = kill
  }

  /** Another checkpoint has begun; its number. */
  countBarrier(): number {
    return ++this.#barrier
  }

  /** Kills the job if that was planned here. */
  atBarrier(barrier: number, phase: CrashPhase): PlannedCrashError | null {
    return this.#take((crash) => crash.at === 'barrier' && crash.barrier === barrier && crash.phase === phase)
  }

  /** @throws PlannedCrashError when the job is to crash at this call. */
  atRecord(record: number): void {
    const error = this.#take((crash) => crash.at === 'record' && crash.record === record)
    if (error !== null) throw error
  }

  #take(isNow: (crash: DrawnCrash) => boolean): PlannedCrashError | null {
    const crash = this.#pending.find(isNow)
    if (crash === undefined) return null
    this.#pending = this.#pending.filter((other) => !isNow(other))
    const error = new PlannedCrashError(describeCrash(crash), this.#seed)
    this.crashes.push(error)
    this.#kill?.(error)
    return error
  }
}
