import type { Observable } from 'rxjs'
import { isSettled, type JobStatus } from '../../job/job-status.ts'
import type { JobResult, RestartCause, ServiceResult } from '../../job/job-result.ts'
import type { CheckpointSummary } from '../../storage/checkpoint-store.ts'
import type { CheckpointCoordinator } from '../checkpoint/checkpoint-coordinator.ts'
import { takeDown } from './attempt.ts'
import { Attempts, type AttemptsOptions } from './attempts.ts'
import type { DrivenStrand, JobInstance } from './job-instance.ts'
import { JobStates } from './job-states.ts'
import { noPlaceForSavepoint, nothingToSave } from './savepoint-refusals.ts'
import { StopWatch } from './stop-watch.ts'
import { settleBooks, summarise } from './summarise.ts'

export interface DispatcherOptions extends AttemptsOptions {
  readonly jobId: string
  readonly name: string
  /** Milliseconds without progress after which a graceful stop aborts. */
  readonly stopTimeout: number
  /** Whether the job ends by itself when its sources have run dry. */
  readonly autostop: boolean
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
  readonly #options: DispatcherOptions
  readonly #attempts: Attempts
  readonly #states: JobStates
  #resolveOutcome: (outcome: Outcome) => void = () => {}
  #resolveDrained: () => void = () => {}
  #failure: { readonly error: unknown } | null = null
  /** It ends behind a savepoint, from which another run is to go on. */
  #goesOn = false
  #ending: 'completed' | 'stopped' | 'failed' | 'cancelled' | null = null
  #finalizing: Promise<void> | null = null
  #mainEnded = false
  readonly #stopWatch: StopWatch

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#states = new JobStates(options.clock)
    this.#stopWatch = new StopWatch(options.clock, options.stopTimeout, () => this.abortStop())
    this.#attempts = new Attempts(options, {
      fail: (error) => this.fail(error),
      started: () => this.#started(),
      ended: (strand) => this.#strandEnded(strand),
    })
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve))
    this.drained = new Promise((resolve) => (this.#resolveDrained = resolve))
  }

  get status(): JobStatus {
    return this.#states.status
  }

  /** The status now and every change; also of a job that is over. */
  get status$(): Observable<JobStatus> {
    return this.#states.status$
  }

  get startedAt(): number | undefined {
    return this.#states.present.startedAt
  }

  get restartCauses(): readonly RestartCause[] {
    return this.#attempts.causes
  }

  get instance(): JobInstance {
    return this.#attempts.present.instance
  }

  /** Starts the job. Resolves when it runs, or has failed to; never rejects: the outcome tells. */
  async start(): Promise<void> {
    if (this.status !== 'pending' || this.#finalizing !== null) return
    this.#states.advance('running')
    // An open that never settles keeps nobody waiting once the job is over.
    await Promise.race([this.#attempts.open(this.#options.checkpointing?.begin()), this.outcome])
    if (this.#aborted()) await this.outcome
  }

  /**
   * A subtask of this node has ended. True for the one report that was the last of the main pipeline: then there is
   * nothing left to wait for.
   */
  receiveNodeStopSignal(nodeId: string): boolean {
    const last = this.#attempts.signals.receive(nodeId)
    if (!last) return false
    this.#mainEnded = true
    this.#resolveDrained()
    if (this.#options.autostop || this.#ending !== null) this.#end(this.#ending ?? 'completed')
    return true
  }

  /** Ends the job as failed: the rest is cancelled. Only the first failure counts. */
  fail(error: unknown): void {
    if (this.#failure !== null || this.#ending === 'cancelled' || this.#finalizing !== null) {
      this.#options.logger.warn('an error after the job was ended', { error })
      return
    }
    if (this.status === 'restarting') return
    if (this.status === 'running') {
      const delay = this.#attempts.decide(error)
      if (delay !== null) {
        this.#restart(error, delay)
        return
      }
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
    if (this.status === 'restarting') {
      this.cancel(new Error('The job was stopped while it was being restarted.'))
      return
    }
    this.#ending = 'stopped'
    this.#states.advance('stopping')
    const { clock } = this.#options
    const { taskLoop } = this.#attempts.present
    // Called from inside a source's own `next`: a generator at work cannot be returned.
    if (taskLoop.running) clock.microtask(() => this.#stopSources())
    else this.#stopSources()
    this.#stopWatch.start(this.instance)
  }

  /**
   * Takes a checkpoint now.
   * @throws InvalidArgumentError when it takes none, or does not run.
   */
  checkpoint(): Promise<CheckpointSummary> {
    return this.#coordinator().take('checkpoint', false)
  }

  /**
   * Saves the job's state while it runs on.
   * @throws InvalidArgumentError when it takes no checkpoints, or does not run.
   */
  savepoint(): Promise<CheckpointSummary> {
    return this.#coordinator().take('savepoint', false)
  }

  /**
   * Ends the job behind a savepoint: nothing is flushed, and a job that goes on from it loses and doubles nothing.
   * @throws CheckpointStoreError and others, as the savepoint does; the job has failed then.
   */
  async stopWithSavepoint(): Promise<CheckpointSummary> {
    const coordinator = this.#coordinator()
    this.#ending = 'stopped'
    this.#goesOn = true
    this.#states.advance('stopping')
    try {
      return await coordinator.take('savepoint', true)
    } catch (error) {
      this.#ending = null
      this.fail(error)
      throw error
    }
  }

  /** Ends the job at once; what is in flight is aborted. */
  abortStop(): void {
    if (isSettled(this.status) || this.#finalizing !== null) return
    if (this.status === 'pending') {
      this.stop()
      return
    }
    if (this.status === 'restarting') return this.stop()
    if (this.status === 'running') this.#states.advance('stopping')
    this.#abort('stopped', new Error('The job was stopped without draining.'))
  }

  cancel(reason: unknown): void {
    if (isSettled(this.status) || this.#finalizing !== null) return
    this.#abort('cancelled', reason)
  }

  /** The books now. */
  nodeResults(): JobResult['nodes'] {
    const { instance } = this
    for (const { strand } of instance.strands) strand.publish()
    return summarise(instance)
  }

  /** @throws InvalidArgumentError when no savepoint can be taken now. */
  #coordinator(): CheckpointCoordinator {
    const { checkpointing, name } = this.#options
    if (checkpointing === null) throw noPlaceForSavepoint(name)
    if (this.#mainEnded) throw nothingToSave(name, 'has ended')
    if (this.status !== 'running') throw nothingToSave(name, `is ${this.status}`)
    return checkpointing.coordinator
  }

  /** The strands of an attempt have been started. */
  #started(): void {
    if (this.#ending === 'stopped' && !this.#goesOn) this.#stopSources()
    if (this.#attempts.signals.empty) this.#end('completed')
  }

  /** The end of a strand: its nodes report. */
  #strandEnded(strand: DrivenStrand): void {
    for (const nodeId of this.#attempts.signals.nodesOf(strand)) this.receiveNodeStopSignal(nodeId)
  }

  /** Another attempt is made, after the delay. */
  #restart(error: unknown, delay: number): void {
    this.#states.advance('restarting')
    const run = async (): Promise<void> => {
      if (!(await this.#attempts.replace(error, delay))) return
      this.#states.advance('running')
      await this.#attempts.open()
    }
    void run().catch((cause: unknown) => {
      if (this.status === 'restarting') this.#states.advance('running')
      this.#failure = { error: cause }
      this.#abort('failed', cause)
    })
  }

  #stopSources(): void {
    for (const { strand, main } of this.instance.strands) if (main) strand.stop()
  }

  #aborted(): boolean {
    return this.#attempts.present.abort.aborted
  }

  #abort(ending: 'stopped' | 'failed' | 'cancelled', reason: unknown): void {
    this.#ending = ending
    this.#attempts.present.abort.abort(reason)
    this.#end(ending)
  }

  #end(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): void {
    this.#finalizing ??= this.#finalize(ending)
  }

  /** Takes everything down, in order; then the status is set; then whoever waits goes on. */
  async #finalize(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): Promise<void> {
    this.#stopWatch.stop()
    this.#attempts.end()
    const attempt = this.#attempts.present
    const { instance } = attempt
    const { checkpointing } = this.#options
    // A pipeline registered as a service runs on while services are stopped, in order: its own stop drains it.
    const drained = ending === 'completed' || (ending === 'stopped' && !this.#aborted())
    const how = { early: !drained, failed: ending === 'failed' }
    const services = await takeDown(attempt, how, this.#options.clock)
    await checkpointing?.coordinator.detach(this.#failure?.error ?? new Error(`The job was ${ending}.`))
    settleBooks(instance, ending === 'completed' || ending === 'stopped' ? 'dropped' : 'unfinished')
    // What was drained and flushed is no place to go on from.
    await checkpointing?.end(drained && !this.#goesOn)
    this.#states.advance(ending)
    this.#resolveDrained()
    this.#resolveOutcome({ result: this.#result(ending, services), failure: this.#failure })
    this.#states.complete()
  }

  #result(status: JobResult['status'], services: readonly ServiceResult[]): JobResult {
    const { jobId, name } = this.#options
    // A job that never ran took no time.
    const { endedAt = 0, startedAt = endedAt } = this.#states.present
    return {
      jobId,
      name,
      status,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
      durationMs: endedAt - startedAt,
      restarts: this.#attempts.restarts,
      restartCauses: [...this.#attempts.causes],
      nodes: summarise(this.instance),
      services,
    }
  }
}
