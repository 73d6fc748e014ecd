import { AsyncLocalStorage } from 'node:async_hooks'
import { ServiceUnavailableError } from '../../errors/service-errors.ts'
import type { CallGate, Closure } from '../call-gate.ts'
import { findMethod, missingMethod } from '../service-methods.ts'
import { IncomingCalls } from './incoming-calls.ts'
import type { AbortMessage, AnswerMessage, ServedCall } from './messages.ts'

/**
 * The calls of a service, in the process that hosts it. How many there are at once, how long they take and what becomes
 * of those that wait is looked after where the job runs.
 */
export class ServedCalls implements CallGate {
  readonly #service: string
  readonly #incoming: IncomingCalls
  readonly #given: () => void
  /** The call that whatever runs now is done for. */
  readonly #current = new AsyncLocalStorage<number>()
  #instance: object | undefined
  #closed: Closure = { state: 'has not started yet' }
  #entering: { readonly signal: AbortSignal } | undefined

  /** @param given called when calls are given up. */
  constructor(service: string, tell: (message: AnswerMessage) => void, given: () => void) {
    this.#service = service
    this.#incoming = new IncomingCalls(tell)
    this.#given = given
  }

  get entering(): { readonly signal: AbortSignal } | undefined {
    return this.#entering
  }

  /** Id of the call that is being worked for; null: none. */
  get current(): number | null {
    return this.#current.getStore() ?? null
  }

  open(instance: object): void {
    this.#instance = instance
  }

  close(closure: Closure): void {
    this.#closed = closure
    this.#instance = undefined
  }

  giveUp(closure: Closure): void {
    this.#closed = closure
    this.#incoming.giveUp(new ServiceUnavailableError(`service "${this.#service}" ${closure.state}`))
    this.#given()
  }

  serve(call: ServedCall): void {
    const { id, method } = call
    void this.#incoming.take({ id, service: this.#service, method }, (signal) =>
      this.#current.run(id, () => this.#enter(call, signal)),
    )
  }

  abort(message: AbortMessage): void {
    this.#incoming.abort(message)
  }

  #enter({ method, args, caller }: ServedCall, signal: AbortSignal): unknown {
    const instance = this.#instance
    if (instance === undefined) throw this.#unavailable(method, caller)
    const invoke = findMethod(instance, method)
    if (invoke === undefined) throw missingMethod(this.#service, instance, method, caller)
    const outer = this.#entering
    this.#entering = { signal }
    try {
      return invoke(args, { signal, caller })
    } finally {
      this.#entering = outer
    }
  }

  #unavailable(method: string, caller: string): ServiceUnavailableError {
    const { state, remedy, cause } = this.#closed
    return new ServiceUnavailableError(`service "${this.#service}" cannot answer "${method}": it ${state}`, {
      operator: caller,
      remedy,
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
