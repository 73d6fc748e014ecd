import type { ExitCode } from './loop-state.ts'

/** What a wait interrupts: the pulling of the head, a record on its way through the stages, or a stage by itself. */
export type WaitingAt = 'head' | 'record' | 'stage'

/** Lets a strand wait for a promise. */
export type WaitFor = (
  at: WaitingAt,
  promise: PromiseLike<unknown>,
  resume: (ok: boolean, value: unknown) => ExitCode,
) => void

/** A promise that a strand waits for. `resume` goes on with what it interrupted. */
export class Wait {
  readonly at: WaitingAt
  /** One of the language's own: what settles in its own way settles once, and later. */
  readonly promise: Promise<unknown>
  settled = false
  readonly #resume: (ok: boolean, value: unknown) => ExitCode
  #ok = false
  #value: unknown = undefined

  constructor(
    at: WaitingAt,
    promise: PromiseLike<unknown>,
    resume: (ok: boolean, value: unknown) => ExitCode,
    onSettled: (wait: Wait) => void,
  ) {
    this.at = at
    this.promise = Promise.resolve(promise)
    this.#resume = resume
    const settle = (ok: boolean, value: unknown): void => {
      this.settled = true
      this.#ok = ok
      this.#value = value
      onSettled(this)
    }
    this.promise.then(
      (value) => settle(true, value),
      (error: unknown) => settle(false, error),
    )
  }

  resume(): ExitCode {
    return this.#resume(this.#ok, this.#value)
  }
}
