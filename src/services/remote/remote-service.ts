import { MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { ServiceLostError, ServiceStartError } from '../../errors/service-errors.ts'
import type { Logger } from '../../functions/logger.ts'
import type { ServiceCaller } from '../../functions/services.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { Closure } from '../call-gate.ts'
import { withDeadline } from '../deadline.ts'
import { neverStarted } from '../hosted-service.ts'
import { INVOKE, type InvokableService } from '../invokable-service.ts'
import type { ManagedService } from '../managed-service.ts'
import type { RemoteSettings } from '../remote-settings.ts'
import type { ServiceCalls } from '../service-calls.ts'
import type { UntypedServices } from '../service-context.ts'
import type { ServiceDefinition } from '../service-definition.ts'
import type { ServiceReport } from '../service-report.ts'
import { CrashBudget } from './crash-budget.ts'
import { InstancePool } from './instance-pool.ts'
import type { Launch } from './launch.ts'
import { quoted, RemoteInstance } from './remote-instance.ts'
import { joinReports } from './join-reports.ts'

export interface RemoteServiceParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly random: () => number
  /** Milliseconds for all instances to come up, and for one that is started again. */
  readonly startTimeout: number
  /** Milliseconds for `stop` and for `cleanup`, each. */
  readonly teardownTimeout: number
  readonly launch: Launch
  /** The caller for the service's own context. */
  readonly caller: () => ServiceCaller<UntypedServices>
  /** The job fails. */
  readonly fail: (error: Error) => void
}

const CLOSURE: Closure = { state: 'has been stopped' }

/** A service of one job that is hosted in processes of its own, which are started again when they crash. */
export class RemoteService implements ManagedService {
  readonly calls: ServiceCalls
  readonly #definition: ServiceDefinition
  readonly #settings: RemoteSettings
  readonly #parts: RemoteServiceParts
  readonly #pool: InstancePool
  readonly #budget: CrashBudget
  /** Restarts that wait, by index of the instance. */
  readonly #restarts = new Map<number, Cancel>()
  readonly #instances: RemoteInstance[] = []
  #down = false
  #failure: string | null = null

  /** @param calls whose limit is what the pool bears. */
  constructor(
    definition: ServiceDefinition,
    settings: RemoteSettings,
    calls: ServiceCalls,
    parts: RemoteServiceParts,
  ) {
    this.#definition = definition
    this.#settings = settings
    this.calls = calls
    this.#parts = parts
    this.#pool = new InstancePool(windowOf(definition))
    this.#budget = new CrashBudget(settings.restarts, parts.random)
  }

  get teardownOrder(): number {
    return this.#definition.teardownOrder ?? 0
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, startTimeout: ms } = this.#parts
    const late = (): Error => this.#late(ms)
    try {
      await withDeadline(() => Promise.all(this.#indices.map((index) => this.#create(index).start())), {
        clock,
        ms,
        late,
        signal,
      })
      signal.throwIfAborted()
    } catch (cause) {
      throw signal.aborted ? neverStarted(this.#definition.name, cause) : this.#startFailed(cause)
    }
    for (const instance of this.#instances) this.#pool.add(instance)
    const entry: InvokableService = {
      [INVOKE]: (method, args, call) => this.#pool.call({ method, args, ...call }),
    }
    this.calls.open(entry)
  }

  abort(reason: unknown): void {
    this.#cancelRestarts()
    for (const instance of this.#instances) instance.abort(reason)
    this.calls.giveUp({ state: 'was given up with the job', cause: reason })
  }

  async stop({ failed }: { readonly failed: boolean }): Promise<ServiceReport> {
    const { name } = this.#definition
    this.#down = true
    this.#cancelRestarts()
    this.calls.close(CLOSURE)
    const reports = await Promise.all(this.#instances.map((instance) => instance.stop(failed)))
    this.calls.giveUp(CLOSURE)
    return joinReports(name, reports, this.#failure)
  }

  get #indices(): readonly number[] {
    return Array.from({ length: this.#settings.instances }, (_, index) => index)
  }

  #create(index: number): RemoteInstance {
    const { name } = this.#definition
    const { clock, logger, teardownTimeout, launch, caller } = this.#parts
    const fields = this.#settings.instances === 1 ? { service: name } : { service: name, instance: index }
    const options = {
      service: name,
      index,
      settings: this.#settings,
      clock,
      logger: logger.child(fields),
      teardownTimeout,
      launch,
      caller: caller(),
    }
    const instance: RemoteInstance = new RemoteInstance(options, {
      freed: () => this.#pool.admit(),
      givenUp: () => this.#givenUp(),
      crashed: () => {
        this.#pool.remove(instance)
        this.#crashed(index, `its process ${instance.end}`, instance.lastWords)
      },
    })
    this.#instances[index] = instance
    return instance
  }

  /** Those in flight are rejected when no instance answers any more. */
  #givenUp(): void {
    if (this.#instances.every((instance) => instance.isThrough)) this.calls.giveUp(CLOSURE)
  }

  #crashed(index: number, what: string, lastWords: string): void {
    if (this.#down) return
    const { clock, logger, fail } = this.#parts
    const { name } = this.#definition
    const delay = this.#budget.crashed(clock.monotonic())
    if (delay === null) return fail(this.#lost(what, lastWords))
    log(logger, `service "${name}" crashed: ${what}; it is started again in ${Math.round(delay)} ms`)
    this.#restarts.set(
      index,
      clock.setTimeout(() => void this.#restart(index), delay),
    )
  }

  async #restart(index: number): Promise<void> {
    this.#restarts.delete(index)
    const { clock, startTimeout: ms } = this.#parts
    const instance = this.#create(index)
    try {
      await withDeadline(() => instance.start(), { clock, ms, late: () => this.#late(ms) })
      this.#pool.add(instance)
    } catch (error) {
      if (this.#down) return
      await instance.stop(true)
      this.#crashed(index, `it did not start again: ${firstLine(error)}`, instance.lastWords)
    }
  }

  #cancelRestarts(): void {
    for (const cancel of this.#restarts.values()) cancel()
    this.#restarts.clear()
  }

  #late(ms: number): Error {
    const isSeated = this.#instances.every(({ seated }) => seated)
    const what = isSeated ? 'it' : 'the program that was loaded once more for it, to come to its submit,'
    return new Error(`${what} took longer than ${ms} ms`)
  }

  #startFailed(cause: unknown): ServiceStartError {
    const { name } = this.#definition
    this.#failure = firstLine(cause)
    if (cause instanceof ServiceStartError) return cause
    return new ServiceStartError(`service "${name}" failed to start: ${this.#failure}`, {
      operator: name,
      remedy:
        (cause instanceof MillraceError ? cause.remedy : undefined) ??
        'see the cause; a job does not run without the services it registers',
      cause,
    })
  }

  #lost(what: string, lastWords: string): ServiceLostError {
    const { name } = this.#definition
    const { crashes } = this.#budget
    const times = crashes === 1 ? 'once' : `${crashes} times within a minute`
    return new ServiceLostError(`service "${name}" crashed ${times}, at last ${what}${quoted(lastWords)}`, {
      operator: name,
      remedy: 'see why its process ends; `restarts` in its options says how often that is put up with',
    })
  }
}

/** Calls that one instance of a remote service is sent at most, the others wait in line: what it declares, or so many. */
export const CALLS_IN_FLIGHT = 1024

export function windowOf({ concurrency = CALLS_IN_FLIGHT }: ServiceDefinition): number {
  return Math.min(concurrency, CALLS_IN_FLIGHT)
}

function firstLine(thrown: unknown): string {
  return reasonOf(thrown).split('\n')[0] as string
}

function log(logger: Logger, message: string): void {
  try {
    logger.warn(message)
  } catch {
    // A logger that throws must not keep a service from being started again.
  }
}
