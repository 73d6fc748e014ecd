import { BehaviorSubject, defer, distinctUntilChanged, map, type Observable, of } from 'rxjs'
import { type JobState, isSettled, type JobStatus, pendingState, transition } from '../../job/job-status.ts'
import type { JobResult, ServiceResult } from '../../job/job-result.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { RestartStrategy } from '../../functions/restart-strategy.ts'
import type { CheckpointSummary } from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import type { CheckpointCoordinator } from '../checkpoint/checkpoint-coordinator.ts'
import type { JobCheckpointing } from '../checkpoint/job-checkpointing.ts'
import type { Strand } from '../task/strand.ts'
import { type Attempt, type AttemptEvents, takeDown } from './attempt.ts'
import type { JobInstance } from './job-instance.ts'
import { NodeSignals } from './node-signals.ts'
import { Restarts } from './restarts.ts'
import { StopWatch } from './stop-watch.ts'
import { settleBooks, summarise } from './summarise.ts'

export interface DispatcherOptions {
  readonly jobId: string
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
  /** Builds everything that runs, anew for each attempt. */
  readonly createAttempt: (events: AttemptEvents) => Attempt
  readonly restart: RestartStrategy
  /** From 0 up to 1, for delays that must not be in step. */
  readonly random: () => number
  /** Null where no checkpoints are taken. */
  readonly checkpointing: JobCheckpointing | null
  /** Called before a job that has failed runs again; `restored`: it goes on from a checkpoint. */
  readonly onRestart: (restored: boolean) => void
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
  readonly #restarts: Restarts
  #attempt: Attempt
  readonly #state = new BehaviorSubject<JobState>(pendingState)
  #signals: NodeSignals
  #resolveOutcome: (outcome: Outcome) => void = () => {}
  #resolveDrained: () => void = () => {}
  #failure: { readonly error: unknown } | null = null
  #ending: 'completed' | 'stopped' | 'failed' | 'cancelled' | null = null
  #finalizing: Promise<void> | null = null
  #mainEnded = false
  readonly #stopWatch: StopWatch
  /** Ends the wait for the next attempt early. */
  #hurry: (() => void) | null = null

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#restarts = new Restarts(options.restart, options.clock, options.random)
    this.#stopWatch = new StopWatch(options.clock, options.stopTimeout, () => this.abortStop())
    this.#attempt = this.#createAttempt()
    this.#signals = new NodeSignals(this.#attempt.instance)
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
    return this.#attempt.instance
  }

  /** Starts the job. Resolves when it runs, or has failed to; never rejects: the outcome tells. */
  async start(): Promise<void> {
    if (this.status !== 'pending' || this.#finalizing !== null) return
    this.#advance('running')
    // An open that never settles keeps nobody waiting once the job is over.
    await Promise.race([this.#open(this.#options.checkpointing?.begin()), this.outcome])
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
    if (this.status === 'restarting') return
    if (this.status === 'running') {
      const delay = this.#restarts.decide(error)
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
    this.#advance('stopping')
    const { clock } = this.#options
    const { taskLoop } = this.#attempt
    // Called from inside a source's own `next`: a generator at work cannot be returned.
    if (taskLoop.running) clock.microtask(() => this.#stopSources())
    else this.#stopSources()
    this.#stopWatch.start(this.#attempt.instance)
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
    this.#advance('stopping')
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
    if (this.status === 'running') this.#advance('stopping')
    this.#abort('stopped', new Error('The job was stopped without draining.'))
  }

  cancel(reason: unknown): void {
    if (isSettled(this.status) || this.#finalizing !== null) return
    this.#abort('cancelled', reason)
  }

  /** The books now. */
  nodeResults(): JobResult['nodes'] {
    const { instance } = this.#attempt
    for (const { strand } of instance.strands) strand.publish()
    return summarise(instance)
  }

  /** @throws InvalidArgumentError when no savepoint can be taken now. */
  #coordinator(): CheckpointCoordinator {
    const { checkpointing, name } = this.#options
    if (checkpointing === null) {
      throw new InvalidArgumentError(
        `Job '${name}' takes no checkpoints, so there is nowhere to put a savepoint.`,
        {
          remedy: "Give the environment checkpoints: { store: new FileCheckpointStore('folder') }.",
        },
      )
    }
    if (this.status === 'running' && !this.#mainEnded) return checkpointing.coordinator
    const state = this.#mainEnded ? 'has ended' : `is ${this.status}`
    throw new InvalidArgumentError(`Job '${name}' ${state}, so it has no state to save.`, {
      remedy: 'Take savepoints of jobs that run.',
    })
  }

  /** @param begun when the place to begin from is known. */
  async #open(begun: Promise<unknown> | undefined): Promise<void> {
    const attempt = this.#attempt
    const { instance, services, abort } = attempt
    const { coordinator } = this.#options.checkpointing ?? { coordinator: null }
    const strands = instance.strands.map(({ strand }) => strand)
    const over = (): boolean => abort.signal.aborted || this.#attempt !== attempt
    try {
      await begun
      if (over()) return
      coordinator?.attach(instance.strands.flatMap(({ strand, main }) => (main ? [strand.member] : [])))
      await services.start()
      // Services may take long: whoever ended the job meanwhile has the last word.
      if (over()) return
      await Promise.all(strands.map((strand) => strand.open()))
    } catch (error) {
      if (this.#attempt === attempt) this.fail(error)
      return
    }
    if (over()) return
    for (const strand of strands) strand.start()
    coordinator?.start()
    if (this.#ending === 'stopped') this.#stopSources()
    if (this.#signals.empty) this.#end('completed')
  }

  /** Takes the attempt down and, after the delay, runs another from the last good checkpoint. */
  #restart(error: unknown, delay: number): void {
    const { checkpointing, clock, logger, onRestart } = this.#options
    logger.warn(`The job failed and is restarted in ${Math.round(delay)} ms: ${reasonOf(error)}`, { error })
    const failed = this.#attempt
    this.#advance('restarting')
    failed.abort.abort(error)
    const run = async (): Promise<void> => {
      await takeDown(failed, true, clock)
      await checkpointing?.coordinator.detach(error)
      if (this.#finalizing !== null) return
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimeout(resolve, delay)
        this.#hurry = () => {
          cancel()
          resolve()
        }
      })
      this.#hurry = null
      if (this.#finalizing !== null) return
      const rewound = await checkpointing?.rewind()
      onRestart(rewound !== undefined)
      this.#attempt = this.#createAttempt()
      this.#signals = new NodeSignals(this.#attempt.instance)
      this.#restarts.note(error, rewound)
      if (this.#finalizing !== null) return
      this.#advance('running')
      await this.#open(undefined)
    }
    void run().catch((cause: unknown) => {
      if (this.status === 'restarting') this.#advance('running')
      this.#failure = { error: cause }
      this.#abort('failed', cause)
    })
  }

  #createAttempt(): Attempt {
    let own: Attempt | null = null
    const present = (): boolean => this.#attempt === own
    own = this.#options.createAttempt({
      fail: (error) => {
        if (present()) this.fail(error)
      },
      ended: (strand) => {
        if (present()) this.strandEnded(strand)
      },
    })
    return own
  }

  #stopSources(): void {
    for (const { strand, main } of this.#attempt.instance.strands) if (main) strand.stop()
  }

  #aborted(): boolean {
    return this.#attempt.abort.signal.aborted
  }

  #abort(ending: 'stopped' | 'failed' | 'cancelled', reason: unknown): void {
    this.#ending = ending
    this.#hurry?.()
    this.#attempt.abort.abort(reason)
    this.#end(ending)
  }

  #end(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): void {
    this.#finalizing ??= this.#finalize(ending)
  }

  /** Takes everything down, in order; then the status is set; then whoever waits goes on. */
  async #finalize(ending: 'completed' | 'stopped' | 'failed' | 'cancelled'): Promise<void> {
    this.#stopWatch.stop()
    const attempt = this.#attempt
    const { instance } = attempt
    const { checkpointing } = this.#options
    // A pipeline registered as a service runs on while services are stopped, in order: its own stop drains it.
    const drained = ending === 'completed' || (ending === 'stopped' && !this.#aborted())
    const services = await takeDown(attempt, !drained, this.#options.clock)
    await checkpointing?.coordinator.detach(this.#failure?.error ?? new Error(`The job was ${ending}.`))
    settleBooks(instance, ending === 'completed' || ending === 'stopped' ? 'dropped' : 'unfinished')
    await checkpointing?.end(ending === 'completed')
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
      restarts: this.#restarts.count,
      restartCauses: [...this.#restarts.causes],
      nodes: summarise(this.#attempt.instance),
      services,
    }
  }

  #advance(to: JobStatus): void {
    this.#state.next(transition(this.#state.value, to, this.#options.clock.now()))
  }
}
