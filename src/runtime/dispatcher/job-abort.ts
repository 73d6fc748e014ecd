import { setMaxListeners } from 'node:events'

/** Aborts what is under way in an attempt. Its signal is made when somebody asks for it: most jobs end without. */
export class JobAbort {
  #controller: AbortController | null = null
  #aborted: { readonly reason: unknown } | null = null

  get aborted(): boolean {
    return this.#aborted !== null
  }

  /** Null: it has not been aborted. */
  get reason(): { readonly reason: unknown } | null {
    return this.#aborted
  }

  get signal(): AbortSignal {
    return (this.#controller ??= this.#create()).signal
  }

  /** Takes effect once. */
  abort(reason: unknown): void {
    if (this.#aborted !== null) return
    this.#aborted = { reason }
    this.#controller?.abort(reason)
  }

  #create(): AbortController {
    const controller = new AbortController()
    // Every call in flight may listen, which Node would take for a leak.
    setMaxListeners(0, controller.signal)
    if (this.#aborted !== null) controller.abort(this.#aborted.reason)
    return controller
  }
}
