import { AsyncLocalStorage } from 'node:async_hooks'
import { ServiceCycleError } from '../errors/service-errors.ts'

/** One call on a chain: which service is called, and by which call. */
export interface ChainLink {
  readonly service: string
  readonly parent: ChainLink | undefined
  /** False as soon as the caller has its answer or has given up: nobody upstream waits from then on. */
  awaited: boolean
}

/**
 * Tells a call that comes back to a service already on its chain (which would wait for itself) from the same
 * services called in chains that know nothing of each other.
 *
 * The chain follows the asynchronous context, in an AsyncLocalStorage. That slows every promise of the process on
 * Node 20, so it is used from the first call between two services on whose end can call further, and no sooner:
 * before that, the context a service calls through says all there is to know about the chain.
 */
export class CallChains {
  /** Services that hold a context to call others with. */
  readonly #callers = new Set<string>()
  /** Null while no asynchronous contexts are followed. */
  #storage: AsyncLocalStorage<ChainLink | undefined> | null = null

  /** Whether asynchronous contexts are being followed. */
  get tracking(): boolean {
    return this.#storage !== null
  }

  /** Notes that a service can call others. */
  admit(service: string): void {
    this.#callers.add(service)
  }

  /**
   * The link for a call of `service`, made from inside the service `within` or from an operator.
   * An operator starts a chain of its own, even where a service's call pushed the record that it is working on.
   * @throws ServiceCycleError when the call would close a cycle.
   */
  extend(within: string | undefined, service: string): ChainLink | undefined {
    if (within === undefined) return this.tracking ? link(service, undefined) : undefined
    const parent = this.#current(within)
    for (let on: ChainLink | undefined = parent; on !== undefined; on = on.awaited ? on.parent : undefined) {
      if (on.service === service) throw cycle(parent, on, service)
    }
    if (this.#callers.has(service)) this.#storage ??= new AsyncLocalStorage()
    return this.tracking ? link(service, parent) : undefined
  }

  /** Enters a service as part of a chain. */
  run<T>(on: ChainLink | undefined, enter: () => T): T {
    return this.#storage === null ? enter() : this.#storage.run(on, enter)
  }

  /** Stops following. */
  disable(): void {
    this.#storage?.disable()
    this.#storage = null
  }

  /** The link a service calls from. Outside of any call of its own (a timer, a hook) a chain begins with it. */
  #current(within: string): ChainLink {
    const current = this.#storage?.getStore()
    return current?.service === within ? current : link(within, undefined)
  }
}

function link(service: string, parent: ChainLink | undefined): ChainLink {
  return { service, parent, awaited: true }
}

function cycle(from: ChainLink, to: ChainLink, service: string): ServiceCycleError {
  const names = [service]
  for (let on: ChainLink | undefined = from; on !== undefined; on = on === to ? undefined : on.parent) {
    names.unshift(on.service)
  }
  const remedy =
    from === to
      ? 'call the method on `this`, not through the context'
      : 'move what both need into a service of its own, or hand the data over in the arguments'
  return new ServiceCycleError(`service calls go in a circle: ${names.join(' -> ')}`, {
    operator: from.service,
    remedy,
  })
}
