import { excerpt } from '../errors/excerpt.ts'
import { reasonOf } from '../errors/reason-of.ts'
import { ServiceStartError } from '../errors/service-errors.ts'
import type { Logger } from '../functions/logger.ts'
import type { ServiceCaller } from '../functions/services.ts'
import type { Clock } from '../time/clock.ts'
import type { CallGate, Closure } from './call-gate.ts'
import { withDeadline } from './deadline.ts'
import type { ServiceContext, UntypedServices } from './service-context.ts'
import type { ServiceDefinition } from './service-definition.ts'
import type { ServiceReport } from './service-report.ts'

export interface HostedServiceOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly startTimeout: number
  readonly teardownTimeout: number
  readonly keepOnFailure: boolean
  /** The caller for the service's own context. */
  caller(): ServiceCaller<UntypedServices>
}

type Step = 'constructor or factory' | 'setup' | 'start'

/** One service of one job, in this process, from being made to being cleaned up. `ServiceLifecycle` has the contract. */
export class HostedService<Calls extends CallGate> {
  readonly calls: Calls
  readonly #definition: ServiceDefinition
  readonly #options: HostedServiceOptions
  readonly #alive = new AbortController()
  readonly #errors: string[] = []
  #instance: object | undefined
  #step: Step = 'constructor or factory'
  #comingUp: Promise<void> | undefined
  #overran = false
  #started = false
  #gone = false
  #cleaningUp = false

  constructor(definition: ServiceDefinition, calls: Calls, options: HostedServiceOptions) {
    this.#definition = definition
    this.calls = calls
    this.#options = options
  }

  /**
   * Makes the service and runs its hooks, all of it within one timeout. `signal` cuts the wait short.
   * @throws ServiceStartError naming the service, with what it threw as cause.
   */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, startTimeout: ms } = this.#options
    const late = (): Error => {
      this.#overran = true
      return new Error(`it took longer than ${ms} ms`)
    }
    try {
      await withDeadline(() => (this.#comingUp = this.#comeUp(signal)), { clock, ms, late, signal })
      signal.throwIfAborted()
    } catch (cause) {
      throw signal.aborted ? neverStarted(this.#definition.name, cause) : this.#startFailed(cause)
    }
    this.calls.open(this.#instance as object)
  }

  /** The job is over for good: aborts what the service does on its own and what its callers wait for. */
  abort(reason: unknown): void {
    this.#alive.abort(reason)
    this.calls.giveUp({ state: 'was given up with the job', cause: reason })
  }

  /** Whether its cleanup is at work, be it that nobody waits for it any more. */
  get isCleaningUp(): boolean {
    return this.#cleaningUp
  }

  get teardownOrder(): number {
    return this.#definition.teardownOrder ?? 0
  }

  /** Takes it down. Never rejects: the report tells. */
  async stop({ failed }: { readonly failed: boolean }): Promise<ServiceReport> {
    const { name } = this.#definition
    const closure: Closure = { state: 'has been stopped' }
    this.calls.close(closure)
    this.#alive.abort(new Error(`service "${name}" is being stopped`))
    // Where start() was cut short a hook may still be at work. One that overran is not waited for a second time,
    // and what it fails with has been reported by start().
    if (!this.#overran) await this.#attempt('start', () => this.#comingUp?.catch(() => {}))
    this.#gone = true
    const instance = this.#instance
    const stop = (): unknown => instance && runHook(instance, 'stop')
    const stopped = this.#started && (await this.#attempt('stop', stop))
    this.calls.giveUp(closure)
    const isKept = failed && this.#options.keepOnFailure
    const cleaned =
      instance !== undefined && !isKept && (await this.#attempt('cleanup', () => this.#cleanUp(instance)))
    const error = this.#errors.join('; ')
    return { name, stopped, cleaned, killed: false, ...(error === '' ? {} : { error }) }
  }

  async #cleanUp(instance: object): Promise<void> {
    this.#cleaningUp = true
    try {
      await cleanUp(instance)
    } finally {
      this.#cleaningUp = false
    }
  }

  async #comeUp(signal: AbortSignal): Promise<void> {
    const isGivenUp = (): boolean => this.#overran || signal.aborted
    const made: unknown = await this.#definition.create()
    if (typeof made !== 'object' || made === null) {
      throw new TypeError(`it returned ${excerpt(made)}; a factory must return the service object`)
    }
    const instance = made
    if (this.#gone) {
      await this.#attempt('cleanup of a service that was made too late', () => cleanUp(instance))
      return
    }
    this.#instance = instance
    if (isGivenUp()) return
    this.#step = 'setup'
    // Only a service that takes a context can call others, so only for those one is made.
    if (hasHook(instance, 'setup')) await runHook(instance, 'setup', this.#createContext())
    if (isGivenUp()) return
    this.#step = 'start'
    await runHook(instance, 'start')
    this.#started = true
  }

  #startFailed(cause: unknown): ServiceStartError {
    const { name } = this.#definition
    const failure = `${this.#step}: ${reasonOf(cause)}`
    this.#errors.push(failure)
    return new ServiceStartError(`service "${name}" failed to start, in its ${failure}`, {
      operator: name,
      remedy: this.#overran
        ? 'raise the start timeout, or do the long work in the background and let `start` return'
        : 'see the cause; a job does not run without the services it registers',
      cause,
    })
  }

  #createContext(): ServiceContext {
    const { name } = this.#definition
    const { clock, logger } = this.#options
    const { signal } = this.#alive
    const caller = this.#options.caller()
    return Object.freeze<ServiceContext>({
      name,
      signal,
      logger: logger.child({ service: name }),
      now: () => clock.now(),
      callSignal: () => this.calls.entering?.signal ?? signal,
      service: (other) => caller.service(other),
      callService: (other, method, args, options) => caller.callService(other, method, args, options),
    })
  }

  async #attempt(step: string, work: () => unknown): Promise<boolean> {
    const { clock, teardownTimeout: ms, logger } = this.#options
    try {
      await withDeadline(work, { clock, ms, late: () => new Error(`it took longer than ${ms} ms`) })
      return true
    } catch (error) {
      const failure = `${step}: ${reasonOf(error)}`
      this.#errors.push(failure)
      try {
        logger.warn(`service "${this.#definition.name}" failed in its teardown: ${failure}`)
      } catch {
        // A logger that throws must not keep the next service from its turn.
      }
      return false
    }
  }
}

/** The error for a service whose job ended before it was up. */
export function neverStarted(name: string, cause: unknown): ServiceStartError {
  return new ServiceStartError(`service "${name}" was not started: the job is over`, {
    operator: name,
    cause,
  })
}

type Hook = 'setup' | 'start' | 'stop' | 'cleanup' | typeof Symbol.asyncDispose | typeof Symbol.dispose

/** A field that happens to be called `start` or `setup` and holds data is not a hook. */
function hasHook(instance: object, hook: Hook): boolean {
  return typeof Reflect.get(instance, hook) === 'function'
}

function runHook(instance: object, hook: Hook, ...args: unknown[]): unknown {
  const found: unknown = Reflect.get(instance, hook)
  return typeof found === 'function' ? Reflect.apply(found, instance, args) : undefined
}

function cleanUp(instance: object): unknown {
  const hook = (['cleanup', Symbol.asyncDispose, Symbol.dispose] as const).find((one) =>
    hasHook(instance, one),
  )
  return hook && runHook(instance, hook)
}
