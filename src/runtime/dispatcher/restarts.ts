import { MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { RestartStrategy } from '../../functions/restart-strategy.ts'
import { isRecoverable } from '../../job/is-recoverable.ts'
import type { RestartCause } from '../../job/job-result.ts'
import { decideRestart, noFailures } from '../../job/restart-policy.ts'
import type { Clock } from '../../time/clock.ts'

/** Causes kept for the result: the last ones. */
const KEPT_CAUSES = 100

/** Decides about a job's restarts, and remembers what they were for. */
export class Restarts {
  /** How often the job was restarted. */
  count = 0
  readonly #causes: RestartCause[] = []
  readonly #strategy: RestartStrategy
  readonly #clock: Clock
  readonly #random: () => number
  #history = noFailures

  /** @param random from 0 up to 1. */
  constructor(strategy: RestartStrategy, clock: Clock, random: () => number) {
    this.#strategy = strategy
    this.#clock = clock
    this.#random = random
  }

  get causes(): readonly RestartCause[] {
    return this.#causes
  }

  /** Milliseconds until the job is to run again, or null when this error ends it. */
  decide(error: unknown): number | null {
    if (this.#strategy.type === 'none' || !isRecoverable(error)) return null
    const decision = decideRestart(this.#strategy, this.#history, this.#clock.monotonic(), this.#random)
    if (!decision.restart) return null
    this.#history = decision.history
    return decision.delay
  }

  /** @param restoredFrom the checkpoint the job goes on from; undefined: from the start. */
  note(error: unknown, restoredFrom: number | undefined): void {
    this.count++
    const operator = error instanceof MillraceError ? error.operator : undefined
    this.#causes.push({
      at: new Date(this.#clock.now()).toISOString(),
      message: reasonOf(error).split('\n')[0] as string,
      ...(operator === undefined ? {} : { operator }),
      ...(restoredFrom === undefined ? {} : { restoredFrom }),
    })
    if (this.#causes.length > KEPT_CAUSES) this.#causes.shift()
  }
}
