import type { RecordContext } from '../../functions/context.ts'
import type { Logger } from '../../functions/logger.ts'
import type { MetricGroup } from '../../functions/metric-group.ts'
import type { CallOptions, ServiceCaller, ServiceMap } from '../../functions/services.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'

/** What all calls of one operator in one subtask have in common. */
export interface OperatorScope {
  readonly operator: string
  readonly subtaskIndex: number
  readonly parallelism: number
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly metrics: MetricGroup
  readonly services: ServiceCaller
  readonly clock: Pick<Clock, 'setTimeout'>
  now(): number
}

/** The context of one call. Calls that follow each other share one; calls that overlap have one each. */
export class CallContext implements RecordContext<ServiceMap, unknown> {
  key: unknown = undefined
  /** The record's event time; NaN: none. */
  time: number = NaN
  /** The key's state and timers, where the operator's function has declared any: see KeyedCalls. */
  state: unknown = undefined
  timers: unknown = undefined
  /** The call has overrun its timeout. */
  overdue = false
  readonly #scope: OperatorScope
  #controller: AbortController | null = null
  #unlink: (() => void) | null = null

  constructor(scope: OperatorScope) {
    this.#scope = scope
  }

  get timestamp(): number | undefined {
    return Number.isNaN(this.time) ? undefined : this.time
  }
  get operator(): string {
    return this.#scope.operator
  }
  get subtaskIndex(): number {
    return this.#scope.subtaskIndex
  }
  get parallelism(): number {
    return this.#scope.parallelism
  }
  get logger(): Logger {
    return this.#scope.logger
  }
  get metrics(): MetricGroup {
    return this.#scope.metrics
  }
  get signal(): AbortSignal {
    return this.#controller?.signal ?? this.#scope.signal
  }

  now(): number {
    return this.#scope.now()
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return delay(this.#scope.clock, ms, signal === undefined ? [this.signal] : [this.signal, signal])
  }

  service = ((name: string) => this.#scope.services.service(name)) as ServiceCaller['service']

  callService(
    name: string,
    method: string,
    args?: readonly unknown[],
    options?: CallOptions,
  ): Promise<unknown> {
    return this.#scope.services.callService(name, method, args, options)
  }

  /** Gives the call that starts now a signal of its own, which `expire` aborts. */
  arm(): void {
    const controller = new AbortController()
    const abort = (): void => controller.abort(this.#scope.signal.reason)
    this.#scope.signal.addEventListener('abort', abort, { once: true })
    if (this.#scope.signal.aborted) abort()
    this.#controller = controller
    this.#unlink = () => this.#scope.signal.removeEventListener('abort', abort)
  }

  /** The call overran its timeout. Its signal stays aborted: the context is not for any other call. */
  expire(reason: unknown): void {
    this.overdue = true
    this.#controller?.abort(reason)
    this.#unlink?.()
    this.#unlink = null
  }

  /** The call has ended in time. */
  disarm(): void {
    this.#unlink?.()
    this.#unlink = null
    this.#controller = null
  }
}
