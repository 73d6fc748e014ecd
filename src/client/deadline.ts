import type { Cancel, Clock } from '../time/clock.ts'
import { MillraceError } from '../errors/millrace-error.ts'

/** Bounds some work by a time, which can be begun again, and by signals that others abort. */
export class Deadline {
  readonly #clock: Clock
  readonly #ms: number
  readonly #signals: readonly AbortSignal[]
  readonly #control = new AbortController()
  readonly #abort = (): void => this.#control.abort(this.#aborted?.reason)
  #overrun: Error | null = null
  #failure: { readonly error: unknown } | null = null
  #cancel: Cancel = () => {}
  #running = false

  constructor(clock: Clock, ms: number, signals: readonly AbortSignal[]) {
    this.#clock = clock
    this.#ms = ms
    this.#signals = signals
  }

  /** Aborted when the time is over, or one of the signals is. */
  get signal(): AbortSignal {
    return this.#control.signal
  }

  /** Begins the time again. */
  readonly touch = (): void => {
    if (!this.#running) return
    this.#cancel()
    this.#cancel = this.#clock.setTimeout(() => {
      this.#overrun = new Error(`nothing came for ${this.#ms} ms`)
      this.#control.abort(this.#overrun)
    }, this.#ms)
  }

  /** Ends the work by an error that has nothing to do with the server. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error }
    this.#control.abort(error)
  }

  /** Does the work, and leaves no timer and no listener. Rejects as soon as it is aborted, whatever the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#aborted !== undefined) throw this.#aborted.reason
    for (const signal of this.#signals) signal.addEventListener('abort', this.#abort)
    this.#running = true
    this.touch()
    let end = (): void => {}
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(this.signal.reason as Error)
      this.signal.addEventListener('abort', end)
    })
    try {
      return await Promise.race([work(), ended])
    } finally {
      this.#running = false
      this.#cancel()
      this.signal.removeEventListener('abort', end)
      for (const signal of this.#signals) signal.removeEventListener('abort', this.#abort)
    }
  }

  /** What to throw for what the work threw: why it was aborted, an error of ours, or what `lost` makes of others. */
  explain(error: unknown, lost: (cause: unknown) => Error): unknown {
    if (this.#aborted !== undefined) return this.#aborted.reason
    if (this.#failure !== null) return this.#failure.error
    if (this.#overrun !== null) return lost(this.#overrun)
    return error instanceof MillraceError ? error : lost(error)
  }

  get #aborted(): AbortSignal | undefined {
    return this.#signals.find((signal) => signal.aborted)
  }
}
