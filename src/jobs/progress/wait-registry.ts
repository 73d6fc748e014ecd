import type { Clock } from '../../time/clock.ts'

export interface Waiter {
  /** Id of the token that it was asked with; null: there was none, or it is the one of the start. */
  readonly token: string | null
  /** Milliseconds that it waits at most. */
  readonly patience: number
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal
  /** Calls `wake` when there may be something new. @returns how to stop it. */
  readonly watch: (wake: () => void) => () => void
  /** Whether there is something new. What it throws ends the wait. */
  readonly isOver: () => boolean
}

/** Requests that wait for something to change, at most so many. */
export class WaitRegistry {
  readonly #waits = new Map<object, { readonly token: string | null; readonly end: () => void }>()
  readonly #clock: Pick<Clock, 'setTimeout'>
  readonly #limit: number
  #closed = false

  constructor(clock: Pick<Clock, 'setTimeout'>, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Requests that wait now. */
  get size(): number {
    return this.#waits.size
  }

  /** Whether there is no room for another. */
  get full(): boolean {
    return this.#waits.size >= this.#limit
  }

  /**
   * Resolves when there is something new, when its time is over, when its client goes, or when nobody may wait any more.
   * Leaves no timer and no listener. Rejects with what `isOver` throws.
   */
  wait({ token, patience, gone, watch, isOver }: Waiter): Promise<void> {
    return new Promise((resolve, reject) => {
      const key = {}
      let stop = (): void => {}
      const cancel = this.#clock.setTimeout(() => end(), patience)
      const end = (settle = resolve): void => {
        if (!this.#waits.delete(key)) return
        cancel()
        stop()
        gone.removeEventListener('abort', leave)
        settle()
      }
      const leave = (): void => end()
      const look = (): void => {
        try {
          if (isOver()) end()
        } catch (error) {
          end(() => reject(error))
        }
      }
      this.#waits.set(key, { token, end })
      gone.addEventListener('abort', leave)
      if (this.#closed || gone.aborted) return end()
      try {
        stop = watch(look)
      } catch (error) {
        return end(() => reject(error))
      }
      // It may have come up meanwhile.
      look()
    })
  }

  /** Ends those that were asked with this token. */
  revoke(token: string): void {
    for (const wait of [...this.#waits.values()]) if (wait.token === token) wait.end()
  }

  /** Ends all of them; from now on nobody waits. */
  close(): void {
    this.#closed = true
    for (const wait of [...this.#waits.values()]) wait.end()
  }
}
