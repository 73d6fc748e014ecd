import { inspect } from 'node:util'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type {
  CallOptions,
  ServiceCaller,
  ServiceMap,
  ServiceName,
  ServiceProxyOf,
} from '../functions/services.ts'

/** Who calls. */
export interface CallOrigin {
  /** The operator's or service's name, for messages. */
  readonly name: string
  /**
   * The service this caller is part of: a service's own context has it, and so must the operators of a pipeline
   * that is hosted as a service. Calls that come back to it are refused as a cycle.
   */
  readonly within?: string
}

/** What a caller needs of the host. */
export interface CallSwitch {
  /** @throws ServiceUnavailableError when no service of that name is registered. */
  find(service: string, origin: CallOrigin): void
  /** Never throws: it rejects. */
  call(
    origin: CallOrigin,
    service: string,
    method: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown>
}

/** The calls of one operator or service. Proxies are made once per name. */
export class HostServiceCaller<S extends ServiceMap> implements ServiceCaller<S> {
  readonly #origin: CallOrigin
  readonly #switch: CallSwitch
  readonly #proxies = new Map<string, object>()

  constructor(origin: CallOrigin, callSwitch: CallSwitch) {
    this.#origin = origin
    this.#switch = callSwitch
  }

  service<N extends ServiceName<S>>(name: N): ServiceProxyOf<S, N> {
    let proxy = this.#proxies.get(name)
    if (proxy === undefined) {
      this.#switch.find(name, this.#origin)
      proxy = createProxy(name, (method, args) =>
        this.#switch.call(this.#origin, name, method, args, noOptions),
      )
      this.#proxies.set(name, proxy)
    }
    return proxy as ServiceProxyOf<S, N>
  }

  callService(
    name: string,
    method: string,
    args: readonly unknown[] = [],
    options: CallOptions = noOptions,
  ): Promise<unknown> {
    return this.#switch.call(this.#origin, name, method, args, options)
  }
}

const noOptions: CallOptions = Object.freeze({})

/** @throws InvalidArgumentError for what is not a wait: it must be above 0, and may be Infinity. */
export function checkTimeout(option: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value
  throw new InvalidArgumentError(`${option} is ${String(value)}`, {
    remedy: `pass ${option} in milliseconds, above 0, or Infinity to wait for ever`,
  })
}

type Call = (method: string, args: readonly unknown[]) => Promise<unknown>

/**
 * Every string is a method, so a missing one is found when it is called, except what the language itself asks
 * any value for: `then` (a proxy must survive `await`), `toJSON`, and what all objects have. A service with a
 * method of such a name is reached by `callService`.
 */
function createProxy(name: string, call: Call): object {
  const target = Object.freeze({ [inspect.custom]: () => `ServiceProxy(${name})` })
  return new Proxy(target, {
    get: (_, key) => {
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key in Object.prototype) {
        return Reflect.get(target, key) as unknown
      }
      return (...args: unknown[]) => call(key, args)
    },
  })
}
