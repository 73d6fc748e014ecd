import { fromPortableError, toPortableError } from '../../errors/portable-error-codec.ts'
import { ServiceCrashedError, ServiceStartError } from '../../errors/service-errors.ts'
import type { Logger } from '../../functions/logger.ts'
import type { ServiceCaller } from '../../functions/services.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import { startTimer } from '../deadline.ts'
import type { RemoteSettings } from '../remote-settings.ts'
import type { UntypedServices } from '../service-context.ts'
import type { ServiceReport } from '../service-report.ts'
import { Heartbeat } from './heartbeat.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { endOf, type Launch, type ProcessExit, type ServiceProcess } from './launch.ts'
import type { Order, RelayedCall, Report, ServedCall } from './messages.ts'
import { OutgoingCalls } from './outgoing-calls.ts'

/** Milliseconds beyond its own timeouts that a process has for saying so. */
const LATE = 1_000
/** Milliseconds that a process has for ending by itself, and then for heeding SIGTERM. */
const GRACE = 1_000

export interface RemoteInstanceOptions {
  readonly service: string
  /** From 0. */
  readonly index: number
  readonly settings: RemoteSettings
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds for `stop` and for `cleanup`, each. */
  readonly teardownTimeout: number
  readonly launch: Launch
  /** What its calls of other services go through. */
  readonly caller: ServiceCaller<UntypedServices>
}

export interface RemoteInstanceEvents {
  /** A call is over, so that there is room for another. */
  readonly freed: () => void
  /** `stop` is through, and calls that have not been answered will not be. */
  readonly givenUp: () => void
  /** Its process has ended, and nobody wanted that. Comes before its calls are rejected. */
  readonly crashed: (instance: RemoteInstance) => void
}

type State = 'starting' | 'up' | 'stopping'

/** One process that hosts a service, from its start to its end. */
export class RemoteInstance {
  readonly #options: RemoteInstanceOptions
  readonly #events: RemoteInstanceEvents
  readonly #calls: OutgoingCalls<ServedCall>
  /** Calls of other services. */
  readonly #relayed: IncomingCalls
  readonly #heartbeat: Heartbeat
  readonly #gone: Promise<ProcessExit>
  #process: ServiceProcess | null = null
  #state: State = 'starting'
  /** The program has come to its submit: there is something to take down. */
  #seated = false
  #exit: ProcessExit | null = null
  /** It had to be killed, or was told to end by a signal. */
  #killed = false
  #silent = false
  /** Beyond its timeout. */
  #cleaningUp = false
  #givenUp = false
  #started: (error?: Error) => void = () => {}
  #phase: (report: ServiceReport | null) => void = () => {}
  #setGone!: (exit: ProcessExit) => void

  constructor(options: RemoteInstanceOptions, events: RemoteInstanceEvents) {
    this.#options = options
    this.#events = events
    const { settings, clock } = options
    const send = (order: Order): void => this.#process?.send(order)
    this.#calls = new OutgoingCalls<ServedCall>(send, settings.errors)
    this.#relayed = new IncomingCalls(send)
    this.#heartbeat = new Heartbeat(clock, settings.heartbeatTimeout, {
      ask: () => send({ type: 'ping' }),
      silent: () => {
        this.#silent = true
        this.#process?.kill('SIGKILL')
      },
    })
    this.#gone = new Promise((resolve) => (this.#setGone = resolve))
  }

  /** Whether it answers no calls any more, those in flight included. */
  get isThrough(): boolean {
    return this.#givenUp || this.#exit !== null
  }

  /** Whether it has come to its submit. */
  get seated(): boolean {
    return this.#seated
  }

  get inFlight(): number {
    return this.#calls.count
  }

  /** How its process ended, as the end of a sentence about it. */
  get end(): string {
    const { heartbeatTimeout } = this.#options.settings
    if (this.#silent) return `gave no sign of life for ${heartbeatTimeout} ms, and was killed`
    return this.#exit === null ? 'runs' : endOf(this.#exit)
  }

  /** The last that it wrote on stderr. */
  get lastWords(): string {
    return this.#exit?.lastWords ?? ''
  }

  /** Resolves when it is up. @throws ServiceStartError, or why there is no process. */
  async start(): Promise<void> {
    const { launch, service, index } = this.#options
    const up = new Promise<void>((resolve, reject) => {
      this.#started = (error) => (error === undefined ? resolve() : reject(error))
    })
    // It may be rejected while the process is still being launched.
    up.catch(() => {})
    const process = await launch(service, index, {
      heard: (report) => this.#heard(report),
      exited: (exit) => this.#exited(exit),
    }).catch((error: unknown) => {
      this.#exited({ code: null, signal: null, lastWords: '' })
      throw error
    })
    this.#process = process
    // Whoever stopped it meanwhile waits for its end.
    if (this.#state === 'stopping') this.#kill('SIGKILL')
    await up
  }

  call(method: string, args: readonly unknown[], caller: string, signal: AbortSignal): Promise<unknown> {
    const { service } = this.#options
    return this.#calls.call({ method, args, caller }, { service, caller, signal }).finally(this.#events.freed)
  }

  abort(reason: unknown): void {
    this.#process?.send({ type: 'end', reason: toPortableError(reason) })
  }

  /**
   * Takes the service down and ends the process, whatever it takes. Never rejects. Null: the service had not been made
   * there.
   */
  async stop(failed: boolean): Promise<ServiceReport | null> {
    const { service: name } = this.#options
    this.#state = 'stopping'
    const report = this.#exit === null && this.#seated ? await this.#takeDown(failed) : null
    const isLate = this.#exit === null
    await this.#endProcess(report !== null && !this.#cleaningUp)
    if (!this.#seated) return null
    if (report !== null) return { ...report, killed: this.#killed }
    const killed = this.#killed || (this.#exit?.signal ?? null) !== null
    const error = isLate ? 'it did not answer in time, and its process was killed' : `its process ${this.end}`
    return { name, stopped: false, cleaned: false, killed, error }
  }

  /** What the process tells of it; null when it does not. */
  #takeDown(failed: boolean): Promise<ServiceReport | null> {
    const { clock, teardownTimeout } = this.#options
    return new Promise((resolve) => {
      let cancel: Cancel = () => {}
      const settle = (report: ServiceReport | null): void => {
        cancel()
        this.#phase = () => {}
        resolve(report)
      }
      // `stop` and `cleanup` have as long each, and a process whose event loop is blocked says nothing of either.
      const wait = (): void => {
        cancel()
        cancel = startTimer(clock, teardownTimeout + LATE, () => settle(null))
      }
      this.#phase = (report) => (report === null ? wait() : settle(report))
      void this.#gone.then(() => settle(null))
      wait()
      this.#process?.send({ type: 'stop', failed })
    })
  }

  async #endProcess(isDown: boolean): Promise<void> {
    this.#heartbeat.stop()
    if (this.#exit !== null) return
    if (!this.#seated) return this.#killNow()
    if (isDown) {
      this.#process?.send({ type: 'exit' })
      if (await this.#endsInTime()) return
    }
    this.#kill('SIGTERM')
    if (!(await this.#endsInTime())) await this.#killNow()
  }

  async #killNow(): Promise<void> {
    this.#kill('SIGKILL')
    await this.#gone
  }

  #kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#killed = true
    this.#process?.kill(signal)
  }

  #endsInTime(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimeout(() => resolve(false), GRACE)
      void this.#gone.then(() => {
        cancel()
        resolve(true)
      })
    })
  }

  #heard(report: Report): void {
    this.#heartbeat.heard()
    switch (report.type) {
      case 'seated':
        this.#seated = true
        return
      case 'up':
        if (this.#state === 'starting') this.#state = 'up'
        this.#heartbeat.start()
        return this.#started()
      case 'failed':
        return this.#started(fromPortableError(report.error, { classes: this.#options.settings.errors }))
      case 'answer':
        return this.#calls.settle(report.id, report)
      case 'call':
        return this.#relay(report)
      case 'abort':
        return this.#relayed.abort(report)
      case 'pong':
        return
      case 'log':
        return this.#options.logger[report.level](report.message, report.fields)
      case 'given-up':
        this.#givenUp = true
        this.#phase(null)
        return this.#events.givenUp()
      case 'stopped':
        this.#cleaningUp = report.isCleaningUp
        return this.#phase(report.report)
      default:
        return report satisfies never
    }
  }

  #relay({ id, service, method, args, timeout, within }: RelayedCall): void {
    const { caller } = this.#options
    void this.#relayed.take({ id, service, method }, (signal) =>
      this.#calls.runWithin(within, () =>
        caller.callService(service, method, args, { signal, ...(timeout === undefined ? {} : { timeout }) }),
      ),
    )
  }

  #exited(exit: ProcessExit): void {
    const { service } = this.#options
    this.#exit = exit
    this.#heartbeat.stop()
    this.#setGone(exit)
    if (this.#state === 'up') this.#events.crashed(this)
    const state = this.#seated ? 'came up' : 'came to its submit'
    this.#started(
      new ServiceStartError(
        `service "${service}" failed to start: its process ${this.end} before it ${state}${quoted(this.lastWords)}`,
        {
          operator: service,
          remedy: 'code up to the submit runs in each process of a service: see why it ends there',
        },
      ),
    )
    const crash = (method: string, operator: string): ServiceCrashedError =>
      new ServiceCrashedError(
        `service "${service}" crashed while it answered "${method}": its process ${this.end}`,
        {
          operator,
          remedy:
            'let the operator try again where the call may be made twice: { onError: { retry: { attempts } } }',
          ...(this.lastWords === '' ? {} : { cause: this.lastWords }),
        },
      )
    this.#calls.failAll(({ method, caller }) => crash(method, caller))
    this.#relayed.giveUp(new Error(`the process of service "${service}" ${this.end}`))
  }
}

/** What a process wrote last, for the end of a message. */
export function quoted(lastWords: string): string {
  return lastWords === '' ? '' : `; the last it wrote on stderr:\n${lastWords}`
}
