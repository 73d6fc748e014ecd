import { BehaviorSubject, defer, distinctUntilChanged, map, type Observable, of } from 'rxjs'
import { type JobState, isSettled, type JobStatus, pendingState, transition } from '../../job/job-status.ts'
import type { JobResult, ServiceResult } from '../../job/job-result.ts'
import type { Logger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import type { TaskLoop } from '../task/task-loop.ts'
import type { Strand } from '../task/strand.ts'
import type { JobInstance } from './job-instance.ts'
import { NodeSignals } from './node-signals.ts'
import { settleBooks, summarise } from './summarise.ts'

/** The services of one job, as the Dispatcher drives them. */
export interface JobServices {
  start(): Promise<void>
  /** In reverse order of registration, each exactly once; never rejects. */
  stop(): Promise<readonly ServiceResult[]>
}

export interface DispatcherOptions {
  readonly jobId: string
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
  readonly taskLoop: TaskLoop
  /** Milliseconds without progress after which a graceful stop aborts. */
  readonly stopTimeout: number
  /** Whether the job ends by itself when its sources have run dry. */
  readonly autostop: boolean
  /** Aborts in-flight work. */
  readonly abort: AbortController
}

/** How a job came out: a result, and the error that ended it when one did. */
export interface Outcome {
  readonly result: JobResult
  readonly failure: { readonly error: unknown } | null
}

/**
 * Runs one job: starts services, opens and starts strands, counts stop signals, and takes everything down. The order
 * at the end is fixed: last record, operators closed, nodes reported, services stopped, status set, outcome resolved.
 */
export class Dispatcher {
  readonly outcome: Promise<Outcome>
  /** Resolves when the main pipeline has ended by itself, or the job is over. */
  readonly drained: Promise<void>
  readonly #instance: JobInstance
  readonly #services: JobServices
  readonly #options: DispatcherOptions
  readonly #state = new BehaviorSubject<JobState>(pendingState)
  readonly #signals: NodeSignals
  #resolveOutcome: (outcome: Outcome) => void = () => {}
  #resolveDrained: () => void = () => {}
  #failure: { readonly error: unknown } | null = null
  #ending: 'completed' | 'stopped' | 'failed' | 'cancelled' | null = null
  #finalizing: Promise<void> | null = null
  #mainEnded = false
  #cancelWatch: (() => void) | null = null

  constructor(instance: JobInstance, services: JobServices, options: DispatcherOptions) {
    this.#instance = instance
    this.#services = services
    this.#options = options
    this.#signals = new NodeSignals(instance)
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve))
    this.drained = new Promise((resolve) => (this.#resolveDrained = resolve))
  }

  get status(): JobStatus {
    return this.#state.value.status
  }

  /** The status now and every change; also of a job that is over. */
  get status$(): Observable<JobStatus> {
    const states = defer(() => (isSettled(this.status) ? of(this.#state.value) : this.#state))
    return states.pipe(
      map(({ status }) => status),
      distinctUntilChanged(),
    )
  }

  get startedAt(): number | undefined {
    return this.#state.value.startedAt
  }

  get instance(): JobInstance {
    return this.#instance
  }

  /** Starts the job. Resolves when it runs, or has failed to; never rejects: the outcome tells. */
  async start(): Promise<void> {
    if (this.status !== 'pending' || this.#finalizing !== null) return
    this.#advance('running')
    // An open that never settles keeps nobody waiting once the job is over.
    await Promise.race([this.#open(), this.outcome])
    if (this.#aborted()) await this.outcome
  }

  /**
   * A subtask of this node has ended. True for the one report that was the last of the main pipeline: then there is
   * nothing left to wait for.
   */
  receiveNodeStopSignal(nodeId: string): boolean {
    const last = this.#signals.receive(nodeId)
    if (!last) return false
    this.#mainEnded = true
    this.#resolveDrained()
    if (this.#options.autostop || this.#ending !== null) this.#end(this.#ending ?? 'completed')
    return true
  }

  /** The end of a strand: its nodes report. */
  strandEnded(strand: Strand): void {
    for (const nodeId of this.#signals.nodesOf(strand)) this.receiveNodeStopSignal(nodeId)
  }

  /** Ends the job as failed: the rest is cancelled. Only the first failure counts. */
  fail(error: unknown): void {
    if (this.#failure !== null || this.#ending === 'cancelled' || this.#finalizing !== null) {
      this.#options.logger.warn('an error after the job was ended', { error })
      return
    }
    this.#failure = { error }
    this.#abort('failed', error)
  }

  /** An early end of input: sources end, what is in flight drains. */
  stop(): void {
    if (this.#ending !== null || isSettled(this.status)) return
    if (this.#mainEnded) {
      this.#ending = 'completed'
      this.#end('completed')
      return
    }
    if (this.status === 'pending') {
      this.cancel(new Error('The job was stopped before it ran.'))
      return
    }
    this.#ending = 'stopped'
    this.#advance('stopping')
    const { clock, taskLoop } = this.#options
    // Called from inside a source's own `next`: a generator at work cannot be returned.
    if (taskLoop.running) clock.microtask(() => this.#stopSources())
    else this.#stopSources()
    this.#watchProgress()
  }

  /** Ends the job at once; what is in flight is aborted. */
  abortStop(): void {
    if (isSettled(this.status) || this.#finalizing !== null) return
    if (this.status === 'pending') {
      this.stop()
      return
    }
    if (this.status === 'running') this.#advance('stopping')
    this.#abort('stopped', new Error('The job was stopped without draining.'))
  }

  cancel(reason: unknown): void {
    if (isSettled(this.status) || this.#finalizing !== null) return
    this.#abort('cancelled', reason)
  }

  /** The books now. */
  nodeResults(): JobResult['nodes'] {
    for (const { strand } of this.#instance.strands) strand.publish()
    return summarise(this.#instance)
  }

  async #open(): Promise<void> {
    const { strands } = this.#instance
    try {
      await this.#services.start()
      // Services may take long: whoever ended the job meanwhile has the last word.
      if (this.#aborted()) return
      await Promise.all(strands.map(({ strand }) => strand.open()))
    } catch (error) {
      this.fail(error)
      return
    }
    if (this.#aborted()) return
    for (const { strand } of strands) strand.start()
    if (this.#ending === 'stopped') this.#stopSources()
    if (this.#signals.empty) this.#end('completed')
  }

  #stopSources(): void {
    for (const { strand, main } of this.#instance.strands) if (main) strand.stop()
  }

  #aborted(): boolean {
    return this.#options.abort.signal.aborted
  }

  #abort(ending: 'stopped' | 'failed' | 'cancelled', reason: unknown): void {
    this.#ending = ending
    this.#options.abort.abort(reason)
    this.#end(ending)
  }

  #end(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): void {
    this.#finalizing ??= this.#finalize(ending)
  }

  /** Takes everything down, in order; then the status is set; then whoever waits goes on. */
  async #finalize(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): Promise<void> {
    this.#cancelWatch?.()
    const instance = this.#instance
    const { clock, taskLoop } = this.#options
    // A pipeline registered as a service runs on while services are stopped, in order: its own stop drains it.
    const early = ending === 'completed' || (ending === 'stopped' && !this.#aborted()) ? [] : instance.strands
    if (early.length > 0) taskLoop.close()
    // Who ends the job from inside a user function has a loop on the stack, which has yet to write down what it did.
    if (taskLoop.running) await new Promise<void>((resolve) => clock.microtask(resolve))
    await Promise.all(early.map(({ strand }) => strand.abort()))
    const services = await this.#services.stop()
    await Promise.all(instance.strands.map(({ strand }) => strand.abort()))
    taskLoop.close()
    settleBooks(instance, ending === 'completed' || ending === 'stopped' ? 'dropped' : 'unfinished')
    this.#advance(ending)
    this.#resolveDrained()
    this.#resolveOutcome({ result: this.#result(ending, services), failure: this.#failure })
    this.#state.complete()
  }

  #result(status: JobResult['status'], services: readonly ServiceResult[]): JobResult {
    const { jobId, name } = this.#options
    // A job that never ran took no time.
    const { endedAt = 0, startedAt = endedAt } = this.#state.value
    return {
      jobId,
      name,
      status,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
      durationMs: endedAt - startedAt,
      restarts: 0,
      restartCauses: [],
      nodes: summarise(this.#instance),
      services,
    }
  }

  #advance(to: JobStatus): void {
    this.#state.next(transition(this.#state.value, to, this.#options.clock.now()))
  }

  /**
   * A stop waits as long as records move, but no longer than the stop timeout for one that does not. Closing has a
   * timeout of its own, and what comes after it is still to be flushed.
   */
  #watchProgress(): void {
    const { clock, stopTimeout } = this.#options
    let seen = this.#moved()
    const look = (): void => {
      const moved = this.#moved()
      const closing = this.#instance.strands.some(({ strand }) => strand.closing)
      if (moved === seen && !closing) {
        this.abortStop()
        return
      }
      seen = moved
      this.#cancelWatch = clock.setTimeout(look, stopTimeout)
    }
    this.#cancelWatch = clock.setTimeout(look, stopTimeout)
  }

  #moved(): number {
    return this.nodeResults().reduce((sum, node) => sum + node.in + node.out + node.errors, 0)
  }
}
