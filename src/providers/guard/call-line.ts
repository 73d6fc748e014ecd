import { ProviderBusyError } from '../../errors/provider-errors.ts'

/** Calls that somebody waits for at this moment: there are few, and they go first. */
const URGENT = 100

export interface CallLineOptions {
  /** Name of the provider, for errors. */
  readonly provider: string
  /** Calls under way at the same time. */
  readonly concurrency: number
  /** Calls that may wait. */
  readonly waiting: number
}

interface Place {
  readonly admit: () => void
}

/**
 * The calls to a provider: so many are under way, so many wait for their turn in the order in which they came, and one more
 * is refused. Those that end a job overtake the others.
 */
export class CallLine {
  readonly #options: CallLineOptions
  readonly #urgent = new Set<Place>()
  readonly #usual = new Set<Place>()
  #running = 0

  constructor(options: CallLineOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#urgent.size + this.#usual.size
  }

  /**
   * Resolves when it is the call's turn; who has had it gives it back by `leave`.
   * @throws ProviderBusyError; the reason of the first signal that is aborted, and then the place is another's.
   */
  enter(signals: readonly AbortSignal[], urgent: boolean): Promise<void> {
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted !== undefined) return Promise.reject(aborted.reason as Error)
    const line = urgent ? this.#urgent : this.#usual
    if (this.#running < this.#options.concurrency) {
      this.#running++
      return Promise.resolve()
    }
    if (line.size >= (urgent ? URGENT : this.#options.waiting)) return Promise.reject(this.#full())
    return new Promise((resolve, reject) => {
      const release = (): void => {
        line.delete(place)
        for (const signal of signals) signal.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        release()
        reject(signals.find((signal) => signal.aborted)?.reason as unknown)
      }
      const place: Place = {
        admit() {
          release()
          resolve()
        },
      }
      line.add(place)
      for (const signal of signals) signal.addEventListener('abort', abort)
    })
  }

  leave(): void {
    const [next] = this.#urgent.size > 0 ? this.#urgent : this.#usual
    // The turn goes from hand to hand.
    if (next === undefined) this.#running--
    else next.admit()
  }

  #full(): ProviderBusyError {
    const { provider, waiting } = this.#options
    return new ProviderBusyError(
      `${this.#running} calls to the provider '${provider}' are under way and ${this.waiting} wait for their turn, which is as many as may`,
      {
        provider,
        remedy: `try again later, or raise \`concurrency\` of the provider, or \`waiting\` (${waiting})`,
      },
    )
  }
}
