import type { ChainLink } from './call-chain.ts'
import type { ServiceMethod } from './service-methods.ts'

/** A call as its caller made it. */
export interface CallRequest {
  readonly method: string
  readonly args: readonly unknown[]
  /** Milliseconds, the wait for a free slot included. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  /** Name of the operator or service that calls. */
  readonly caller: string
  readonly link: ChainLink | undefined
}

/** The caller's side of one call: a promise that settles once, by the answer or because the wait is over. */
export class ServiceCall {
  readonly request: CallRequest
  readonly invoke: ServiceMethod
  readonly promise: Promise<unknown>
  /** Whether the service has been entered; until then the call waits for a slot. */
  entered = false
  /** Called once, when the promise settles. */
  onSettled: () => void = () => {}
  #settled = false
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void
  #gaveUp: { readonly reason: unknown } | undefined
  #controller: AbortController | undefined

  constructor(request: CallRequest, invoke: ServiceMethod) {
    this.request = request
    this.invoke = invoke
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get settled(): boolean {
    return this.#settled
  }

  /** Aborted when the caller gives up. Made when it is first asked for: most methods never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#gaveUp !== undefined) this.#controller.abort(this.#gaveUp.reason)
    }
    return this.#controller.signal
  }

  get caller(): string {
    return this.request.caller
  }

  answer(value: unknown): void {
    if (this.#settle()) this.#resolve(value)
  }

  fail(error: unknown): void {
    if (this.#settle()) this.#reject(error)
  }

  /** Ends the wait: the caller gets the error, the service sees the abort. */
  giveUp(error: unknown): void {
    if (!this.#settle()) return
    this.#reject(error)
    this.#gaveUp = { reason: error }
    this.#controller?.abort(error)
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    if (this.request.link !== undefined) this.request.link.awaited = false
    this.onSettled()
    return true
  }
}
