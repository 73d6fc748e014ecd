import type { Cancel, Clock } from '../time/clock.ts'

/** Lets one side wait for the other: calls that come before somebody waits are one call, and none is lost. */
export class WakeUp {
  #called = false
  #resume: (() => void) | null = null

  call(): void {
    this.#called = true
    this.#resume?.()
  }

  /**
   * Resolves to true at the next call, at once when there was one since the last wait, and to false when `ms` are over,
   * which Infinity never is.
   */
  wait(clock: Clock, ms: number, signals: readonly AbortSignal[]): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let cancel: Cancel = () => {}
      const end = (): void => {
        cancel()
        this.#resume = null
        this.#called = false
        for (const signal of signals) signal.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        end()
        reject(signals.find(({ aborted }) => aborted)?.reason as Error)
      }
      const resume = (): void => {
        end()
        resolve(true)
      }
      const overrun = (): void => {
        end()
        resolve(false)
      }
      if (signals.some(({ aborted }) => aborted)) return abort()
      if (this.#called) return resume()
      this.#resume = resume
      for (const signal of signals) signal.addEventListener('abort', abort)
      if (ms !== Infinity) cancel = clock.setTimeout(overrun, ms)
    })
  }
}
