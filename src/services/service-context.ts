import type { Logger } from '../functions/logger.ts'
import type { ServiceCaller, ServiceMap } from '../functions/services.ts'
import type { Awaitable } from '../functions/user-functions.ts'

/** No service has a known type: any name will do, and every method takes and returns anything. */
export type UntypedServices = Record<never, object>

/**
 * What a service may implement; everything else on it is a method its callers can reach.
 *
 * Coming up, in order of registration and one service at a time: it is made, then `setup`, then `start`; only
 * then can it be called. Going down, in reverse order, whatever became of the job: `stop` once if `start`
 * succeeded (or there is none), then `cleanup` once if the service was made at all, so also after a `setup` or
 * `start` that failed. Each may return a promise; each has a timeout; what it throws is reported.
 */
export interface ServiceLifecycle<S extends ServiceMap = UntypedServices> {
  /** The place to keep the context. Services registered earlier are up and can be called. */
  setup?(ctx: ServiceContext<S>): Awaitable<void>
  start?(): Awaitable<void>
  /**
   * From here on calls are refused. Calls that were in flight go on: they may be awaited here, and those that
   * have not answered when `stop` is through are rejected. Services registered earlier are still up.
   */
  stop?(): Awaitable<void>
  /** Gives back what the service holds. Without it `Symbol.asyncDispose` is used, or `Symbol.dispose`. */
  cleanup?(): Awaitable<void>
  [Symbol.asyncDispose]?(): PromiseLike<void>
  [Symbol.dispose]?(): void
}

/** What a service knows for as long as it lives: given to `setup`. */
export interface ServiceContext<S extends ServiceMap = UntypedServices> extends ServiceCaller<S> {
  /** The name it was registered under. */
  readonly name: string
  readonly logger: Logger
  /** Aborted just before `stop`, and at once when the job is cancelled or fails. For work of the service's own. */
  readonly signal: AbortSignal
  /** The job's clock, milliseconds since the epoch. Virtual under the testing kit. */
  now(): number
  /**
   * The signal of the call that is being entered: aborted when its caller gives up (timeout, abort, end of the
   * job). Read it at the top of a method, before the first `await`; anywhere else it is `signal`.
   */
  callSignal(): AbortSignal
}
