import type { Cancel, Clock } from '../../time/clock.ts'

/** Timers of one purpose that are given up together. Bounded by who sets them: one per call. */
export class PendingTimers {
  readonly #clock: Pick<Clock, 'setTimeout'>
  readonly #cancels = new Set<Cancel>()

  constructor(clock: Pick<Clock, 'setTimeout'>) {
    this.#clock = clock
  }

  /** @returns takes this timer back; harmless once it has fired. */
  set(run: () => void, ms: number): Cancel {
    const cancelTimer = this.#clock.setTimeout(() => {
      this.#cancels.delete(cancel)
      run()
    }, ms)
    const cancel = (): void => {
      this.#cancels.delete(cancel)
      cancelTimer()
    }
    this.#cancels.add(cancel)
    return cancel
  }

  /** None of those that are set will fire. */
  cancelAll(): void {
    for (const cancel of [...this.#cancels]) cancel()
  }
}
