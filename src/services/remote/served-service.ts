import { fromPortableError, toPortableError } from '../../errors/portable-error-codec.ts'
import type { CallOptions, ServiceCaller } from '../../functions/services.ts'
import type { Clock } from '../../time/clock.ts'
import { HostedService } from '../hosted-service.ts'
import { type CallOrigin, type CallSwitch, HostServiceCaller } from '../service-caller.ts'
import type { UntypedServices } from '../service-context.ts'
import type { ServiceDefinition } from '../service-definition.ts'
import { noSuchService } from '../service-methods.ts'
import type { ServiceReport } from '../service-report.ts'
import { ForwardingLogger } from './forwarding-logger.ts'
import type { Order, RelayedCall, Report } from './messages.ts'
import { OutgoingCalls } from './outgoing-calls.ts'
import { ServedCalls } from './served-calls.ts'

export interface ServedServiceOptions {
  readonly clock: Clock
  /** Names of all services of the job. */
  readonly services: readonly string[]
  /** Milliseconds for `stop` and for `cleanup`, each. */
  readonly teardownTimeout: number
  readonly keepOnFailure: boolean
  /**
   * Tells the job.
   * @throws what cannot be cloned does.
   */
  readonly tell: (report: Report) => void
  /** The process is to end. */
  readonly exit: () => void
}

/** One instance of a remote service, in the process that hosts it: heeds the job's orders, and tells it. */
export class ServedService {
  readonly #options: ServedServiceOptions
  readonly #hosted: HostedService<ServedCalls>
  readonly #others: OutgoingCalls<RelayedCall>
  /** Ends the wait for a service that is coming up. */
  readonly #starting = new AbortController()

  constructor(definition: ServiceDefinition, options: ServedServiceOptions) {
    this.#options = options
    const { name, remote } = definition
    const { clock, teardownTimeout, keepOnFailure, tell } = options
    const calls = new ServedCalls(name, tell, () => tell({ type: 'given-up' }))
    this.#others = new OutgoingCalls<RelayedCall>(tell, remote?.errors ?? new Map())
    this.#hosted = new HostedService(definition, calls, {
      clock,
      logger: new ForwardingLogger(tell),
      // The job looks at how long it takes.
      startTimeout: Infinity,
      teardownTimeout,
      keepOnFailure,
      caller: () => this.#caller({ name, within: name }),
    })
  }

  /** Brings it up, and tells how that went. */
  async start(): Promise<void> {
    const { tell } = this.#options
    tell({ type: 'seated' })
    try {
      await this.#hosted.start(this.#starting.signal)
      tell({ type: 'up' })
    } catch (error) {
      tell({ type: 'failed', error: toPortableError(error) })
    }
  }

  heed(order: Order): void {
    const { tell, exit } = this.#options
    switch (order.type) {
      case 'call':
        return this.#hosted.calls.serve(order)
      case 'abort':
        return this.#hosted.calls.abort(order)
      case 'answer':
        return this.#others.settle(order.id, order)
      case 'ping':
        return tell({ type: 'pong' })
      case 'end':
        return this.#hosted.abort(fromPortableError(order.reason))
      case 'stop':
        return void this.#stop(order.failed).then((report) =>
          tell({ type: 'stopped', report, isCleaningUp: this.#hosted.isCleaningUp }),
        )
      case 'exit':
        return exit()
      default:
        return order satisfies never
    }
  }

  /** The job is gone, and whoever it called with it. Resolves when the service is down. */
  async orphaned(): Promise<void> {
    this.#others.failAll(() => new Error('the process of the job is gone'))
    await this.#stop(true)
  }

  #stop(failed: boolean): Promise<ServiceReport> {
    this.#starting.abort(new Error('the service is being stopped'))
    return this.#hosted.stop({ failed })
  }

  #caller(origin: CallOrigin): ServiceCaller<UntypedServices> {
    const { services } = this.#options
    const callSwitch: CallSwitch = {
      find: (name) => {
        if (!services.includes(name)) throw noSuchService(name, services, origin.name)
      },
      call: (...call) => this.#call(...call),
    }
    return new HostServiceCaller<UntypedServices>(origin, callSwitch)
  }

  #call(
    { name: caller }: CallOrigin,
    service: string,
    method: string,
    args: readonly unknown[],
    { timeout, signal }: CallOptions,
  ): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    const { current: within } = this.#hosted.calls
    return this.#others.call({ service, method, args, timeout, within }, { service, caller, signal })
  }
}
