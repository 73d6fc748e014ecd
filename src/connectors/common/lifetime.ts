import type { OperatorContext } from '../../functions/context.ts'
import { END, type End } from '../../functions/user-functions.ts'

/**
 * What a source has under way in one subtask, from `open` to `close`. A stop, an abort and `close` all end it at once:
 * `signal` is aborted, a pending `next` gives END, and `close` waits until what was under way has let go.
 */
export class Lifetime {
  readonly ctx: OperatorContext
  readonly #controller = new AbortController()
  readonly #abort = (): void => this.#controller.abort(this.ctx.signal.reason)
  #pending: Promise<unknown> | null = null

  constructor(ctx: OperatorContext) {
    this.ctx = ctx
    if (ctx.signal.aborted) this.#abort()
    else ctx.signal.addEventListener('abort', this.#abort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  delay(ms: number): Promise<void> {
    return this.ctx.delay(ms, this.signal)
  }

  /** What `next` is to return for work that takes time: its outcome, or END as soon as the signal is aborted. */
  run<T>(work: () => Promise<T | End>): Promise<T | End> {
    return new Promise((resolve, reject) => {
      const { signal } = this
      const end = (): void => resolve(END)
      if (signal.aborted) return end()
      signal.addEventListener('abort', end, { once: true })
      this.#pending = work()
        .then(resolve, (error: unknown) => (signal.aborted ? end() : reject(error)))
        .finally(() => signal.removeEventListener('abort', end))
    })
  }

  async close(): Promise<void> {
    this.ctx.signal.removeEventListener('abort', this.#abort)
    this.#controller.abort(new Error('The source is closed.'))
    await this.#pending
  }
}
