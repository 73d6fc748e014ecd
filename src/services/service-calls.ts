import { AsyncResource } from 'node:async_hooks'
import { ServiceTimeoutError, ServiceUnavailableError } from '../errors/service-errors.ts'
import type { Clock } from '../time/clock.ts'
import { isThenable } from '../util/is-thenable.ts'
import type { CallChains } from './call-chain.ts'
import type { CallGate, Closure } from './call-gate.ts'
import { startTimer } from './deadline.ts'
import { type CallRequest, ServiceCall } from './service-call.ts'
import { findMethod, missingMethod } from './service-methods.ts'
import { WaitingLine } from './waiting-line.ts'

interface Waiter {
  readonly call: ServiceCall
  /** The caller's asynchronous context: whoever frees the slot must not lend the call its own. */
  readonly context: AsyncResource
}

/**
 * The calls of one service: as many at once as it declared it bears, the others in line, first come, first served.
 * The line is bounded by the callers: each holds one place per call it has in flight, and operators bound those.
 *
 * A slot is freed when the service's own promise settles, not when the caller gives up: until then the service is
 * still at work, and one more call would be more than it said it bears.
 */
export class ServiceCalls implements CallGate {
  readonly #service: string
  readonly #limit: number
  readonly #clock: Clock
  readonly #chains: CallChains
  readonly #callers = new WaitingLine<Waiter>()
  readonly #unsettled = new Set<ServiceCall>()
  #instance: object | undefined
  #closed: Closure | undefined = {
    state: 'has not started yet',
    remedy:
      'services come up in order of registration: register it before those that call it while they start',
  }
  #active = 0
  #entering: ServiceCall | undefined

  constructor(service: string, limit: number, clock: Clock, chains: CallChains) {
    this.#service = service
    this.#limit = limit
    this.#clock = clock
    this.#chains = chains
  }

  /** The call whose method is on the stack right now. */
  get entering(): ServiceCall | undefined {
    return this.#entering
  }

  /** From here on calls are taken. */
  open(instance: object): void {
    this.#instance = instance
    this.#closed = undefined
  }

  /** From here on calls are refused. Those in line are rejected, those in flight go on. */
  close(closure: Closure): void {
    this.#closed = closure
    for (const call of [...this.#unsettled]) if (!call.entered) this.#dismiss(call, closure)
  }

  /** Rejects every call that has no answer yet, and aborts its signal. */
  giveUp(closure: Closure): void {
    for (const call of [...this.#unsettled]) this.#dismiss(call, closure)
  }

  call(request: CallRequest): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#unavailable(this.#closed, request))
    if (request.signal?.aborted === true) return Promise.reject(request.signal.reason as Error)
    const instance = this.#instance as object
    const method = findMethod(instance, request.method)
    if (method === undefined) {
      return Promise.reject(missingMethod(this.#service, instance, request.method, request.caller))
    }
    const call = new ServiceCall(request, method)
    if (this.#active < this.#limit && this.#callers.isEmpty) {
      this.#enter(call)
      this.#admit()
      // Settled already where the method is synchronous: such a call never costs a timer.
      if (!call.settled) this.#watch(call, () => {})
    } else {
      this.#watch(call, this.#callers.push({ call, context: captureContext() }))
    }
    return call.promise
  }

  #enter(call: ServiceCall): void {
    const outer = this.#entering
    this.#active++
    this.#entering = call
    call.entered = true
    let answer: unknown
    try {
      answer = this.#chains.run(call.request.link, () => call.invoke(call.request.args, call))
    } catch (error) {
      this.#active--
      call.fail(error)
      return
    } finally {
      this.#entering = outer
    }
    if (isThenable(answer)) this.#await(call, answer)
    else {
      this.#active--
      call.answer(answer)
    }
  }

  #await(call: ServiceCall, answer: PromiseLike<unknown>): void {
    const free = (): void => {
      this.#active--
      this.#admit()
    }
    void Promise.resolve(answer).then(
      (value) => {
        call.answer(value)
        free()
      },
      (error: unknown) => {
        call.fail(error)
        free()
      },
    )
  }

  #admit(): void {
    while (this.#active < this.#limit) {
      const next = this.#callers.shift()
      if (next === undefined) return
      next.context.runInAsyncScope(() => this.#enter(next.call))
    }
  }

  #watch(call: ServiceCall, leave: () => void): void {
    const { timeout, signal } = call.request
    const abort = (): void => call.giveUp(signal?.reason)
    const cancelTimer = startTimer(this.#clock, timeout, () => call.giveUp(this.#late(call)))
    signal?.addEventListener('abort', abort)
    this.#unsettled.add(call)
    call.onSettled = () => {
      leave()
      cancelTimer()
      signal?.removeEventListener('abort', abort)
      this.#unsettled.delete(call)
    }
  }

  #dismiss(call: ServiceCall, closure: Closure): void {
    // A call that nobody awaits must not turn the end of a job into an unhandled rejection.
    call.promise.catch(() => {})
    call.giveUp(this.#unavailable(closure, call.request))
  }

  #late({ entered, request: { method, timeout, caller } }: ServiceCall): ServiceTimeoutError {
    const wait = `within ${timeout} ms`
    const message = entered
      ? `service "${this.#service}" did not answer "${method}" ${wait}`
      : `service "${this.#service}" had no free slot for "${method}" ${wait}: ${this.#active} calls are in flight`
    return new ServiceTimeoutError(message, {
      operator: caller,
      remedy: entered
        ? 'raise `timeout` in the options of the call, or `callTimeout` of the environment'
        : 'raise the `concurrency` the service declares, lower that of its callers, or raise `timeout`',
    })
  }

  #unavailable({ state, remedy, cause }: Closure, { method, caller }: CallRequest): ServiceUnavailableError {
    const message = `service "${this.#service}" cannot answer "${method}": it ${state}`
    return new ServiceUnavailableError(message, {
      operator: caller,
      remedy,
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Never destroyed by hand or by the collector: it has nothing to give back, and watching it would cost. */
function captureContext(): AsyncResource {
  return new AsyncResource('MILLRACE_SERVICE_CALL', { requireManualDestroy: true })
}
