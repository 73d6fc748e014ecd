import { ServiceUnavailableError } from '../errors/service-errors.ts'
import type { Logger } from '../functions/logger.ts'
import type { CallOptions, ServiceCaller, ServiceMap } from '../functions/services.ts'
import type { Clock } from '../time/clock.ts'
import { CallChains } from './call-chain.ts'
import { HostedService, type HostedServiceOptions, neverStarted } from './hosted-service.ts'
import type { ManagedService } from './managed-service.ts'
import type { Launch } from './remote/launch.ts'
import { RemoteService, windowOf } from './remote/remote-service.ts'
import { type CallOrigin, type CallSwitch, checkTimeout, HostServiceCaller } from './service-caller.ts'
import { ServiceCalls } from './service-calls.ts'
import type { UntypedServices } from './service-context.ts'
import { checkServiceName, type ServiceDefinition } from './service-definition.ts'
import { noSuchService } from './service-methods.ts'
import type { ServiceReport } from './service-report.ts'

export interface ServiceHostOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Aborted when the job is cancelled or fails. Not asked for where there are no services, as it may yet have to be made. */
  readonly signal: AbortSignal
  /** Milliseconds for a call whose caller names no timeout; default 10 000. */
  readonly callTimeout?: number
  /** Milliseconds for `stop` and for `cleanup` of one service, each; default 5 000. */
  readonly teardownTimeout?: number
  /** Milliseconds for one service to come up, all hooks together; default 30 000. */
  readonly startTimeout?: number
  /** Whether services that say nothing else are not cleaned up when the job has failed; default false. */
  readonly keepOnFailure?: boolean
  /** How remote services are hosted; null, the default: in this process, as others. */
  readonly remote?: RemoteHosting | null
}

/** What remote services need of the job that they belong to. */
export interface RemoteHosting {
  readonly launch: Launch
  /** From 0 up to 1. */
  readonly random: () => number
  /** The job fails. */
  readonly fail: (error: Error) => void
}

const STOPPING = 'the services are being stopped'

/**
 * The services of one job, in this process. `start` once, then calls, then `stop`, which must follow `start`
 * whatever became of it. `ServiceLifecycle` says what is called on a service, and when.
 */
export class ServiceHost {
  readonly #options: ServiceHostOptions
  readonly #services = new Map<string, ManagedService>()
  readonly #chains = new CallChains()
  readonly #callTimeout: number
  /** Ends the wait for services that are coming up; null while none is. */
  #starting: AbortController | null = null
  readonly #switch: CallSwitch
  readonly #onAbort: () => void
  #start: Promise<void> | undefined
  #stop: Promise<ServiceReport[]> | undefined

  constructor(definitions: readonly ServiceDefinition[], options: ServiceHostOptions) {
    const {
      clock,
      logger,
      callTimeout = 10_000,
      teardownTimeout = 5_000,
      startTimeout = 30_000,
      keepOnFailure = false,
    } = options
    this.#options = options
    this.#callTimeout = checkTimeout('callTimeout', callTimeout)
    checkTimeout('teardownTimeout', teardownTimeout)
    checkTimeout('startTimeout', startTimeout)
    for (const definition of definitions) {
      const { name } = definition
      checkServiceName(name, this.#services.keys())
      const common = {
        clock,
        logger,
        startTimeout,
        teardownTimeout: definition.teardownTimeout ?? teardownTimeout,
        keepOnFailure: definition.keepOnFailure ?? keepOnFailure,
        caller: (): ServiceCaller<UntypedServices> => this.caller({ name, within: name }),
      }
      this.#services.set(name, this.#create(definition, common))
    }
    this.#switch = {
      find: (name, origin) => void this.#find(name, origin),
      call: (...call) => this.#call(...call),
    }
    this.#onAbort = () => this.#abort()
    if (this.#services.size === 0) return
    options.signal.addEventListener('abort', this.#onAbort)
    if (options.signal.aborted) this.#abort()
  }

  /**
   * Brings the services up in order of registration, one at a time. Rejects at the first that fails, and at once
   * when the job is aborted or `stop` is called; what is up by then waits for `stop`.
   * @throws ServiceStartError naming the service.
   */
  start(): Promise<void> {
    this.#start ??= this.#startAll()
    return this.#start
  }

  /**
   * Takes them down by their `teardownOrder`, else in reverse order of registration. Never rejects; a second call
   * returns the same promise.
   * Operators are refused from the moment it is called; a service can call another until that one's turn.
   * @returns one report per service, in order of registration.
   */
  stop({ failed }: { readonly failed: boolean } = { failed: false }): Promise<ServiceReport[]> {
    this.#stop ??= this.#stopAll(failed)
    return this.#stop
  }

  /** What an operator, or the service `origin.within`, calls services through. Valid as long as the host. */
  caller<S extends ServiceMap = UntypedServices>(origin: CallOrigin): ServiceCaller<S> {
    if (origin.within !== undefined) this.#chains.admit(origin.within)
    return new HostServiceCaller<S>(origin, this.#switch)
  }

  #create(definition: ServiceDefinition, common: HostedServiceOptions): ManagedService {
    const { name, concurrency = Infinity, remote: settings } = definition
    const { remote: hosting = null } = this.#options
    const calls = (limit: number): ServiceCalls => new ServiceCalls(name, limit, common.clock, this.#chains)
    if (settings === undefined || hosting === null) {
      return new HostedService(definition, calls(concurrency), common)
    }
    const limit = settings.instances * windowOf(definition)
    return new RemoteService(definition, settings, calls(limit), { ...common, ...hosting })
  }

  async #startAll(): Promise<void> {
    if (this.#services.size === 0) return
    this.#starting = new AbortController()
    const { signal } = this.#starting
    if (this.#options.signal.aborted) this.#starting.abort(this.#options.signal.reason)
    else if (this.#stop !== undefined) this.#starting.abort(new Error(STOPPING))
    for (const [name, service] of this.#services) {
      if (signal.aborted) throw neverStarted(name, signal.reason)
      await service.start(signal)
    }
    this.#starting = null
  }

  async #stopAll(failed: boolean): Promise<ServiceReport[]> {
    this.#starting?.abort(new Error(STOPPING))
    const services = [...this.#services.values()]
    const reports = new Map<ManagedService, ServiceReport>()
    const inOrder = services.toReversed().sort((a, b) => a.teardownOrder - b.teardownOrder)
    for (const service of inOrder) reports.set(service, await service.stop({ failed }))
    this.#chains.disable()
    if (services.length > 0) this.#options.signal.removeEventListener('abort', this.#onAbort)
    return services.map((service) => reports.get(service) as ServiceReport)
  }

  #abort(): void {
    const { reason } = this.#options.signal as { reason: unknown }
    this.#starting?.abort(reason)
    for (const service of this.#services.values()) service.abort(reason)
  }

  #find(name: string, origin: CallOrigin): ManagedService {
    const service = this.#services.get(name)
    if (service !== undefined) return service
    throw noSuchService(name, [...this.#services.keys()], origin.name)
  }

  #call(
    origin: CallOrigin,
    name: string,
    method: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    try {
      const { timeout, signal } = options
      const { calls } = this.#find(name, origin)
      this.#checkOpen(name, method, origin)
      return calls.call({
        method,
        args,
        timeout: timeout === undefined ? this.#callTimeout : checkTimeout('timeout', timeout),
        signal,
        caller: origin.name,
        link: this.#chains.extend(origin.within, name),
      })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Once the job is over its operators are done; only services may still need each other, to go down in order. */
  #checkOpen(name: string, method: string, origin: CallOrigin): void {
    if (origin.within !== undefined) return
    const { signal } = this.#options
    if (this.#stop === undefined && !signal.aborted) return
    throw new ServiceUnavailableError(`service "${name}" cannot answer "${method}": the job is over`, {
      operator: origin.name,
      remedy: 'await every service call before the function that makes it returns',
      ...(signal.aborted ? { cause: signal.reason as unknown } : {}),
    })
  }
}
