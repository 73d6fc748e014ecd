import { JobNotFoundError, JobNotRunningError } from '../../errors/job-server-errors.ts'
import { IllegalTransitionError } from '../../job/illegal-transition-error.ts'
import type { CheckpointInfo, ProcessInfo } from '../../protocol/job-info.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Cancel } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import { FigureRecorder } from '../figures/figure-recorder.ts'
import type { FigureSeries } from '../figures/figure-series.ts'
import type { JobOutcome, Order, Report } from '../process/messages.ts'
import type { JobRecord } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'
import { SpawnedProcess, type ProcessEnd } from './spawned-process.ts'
import { LifeSigns } from './life-signs.ts'
import { prepareRun } from './prepare-run.ts'
import { type KillReason, type ProcessFailure, processFailure } from './process-failure.ts'
import { ProcessFigures } from './process-figures.ts'
import { recordReport } from './record-report.ts'
import type { Redact } from '../../util/redact.ts'
import { RunLetters } from './run-letters.ts'
import { RunTaps } from './run-taps.ts'
import { SavepointRequests } from './savepoint-requests.ts'
import { settleRun } from './settle-run.ts'
import type { SupervisorContext, SupervisorLimits } from './supervisor-context.ts'
import { goesOnFrom } from './verdict.ts'

/** Milliseconds for a process to end by itself once its job is over. */
const LINGER = 5_000
/** How many times as long it may take for as long as it writes. */
const MOST_LINGERS = 11
/** Milliseconds for a cancelled job to end by itself, where its own stopTimeout is not shorter. */
const CANCEL_TIMEOUT = 10_000

/** One run of a job: from the start of its process to what its end is taken for. */
export class SupervisedRun {
  readonly id: string
  readonly taps: RunTaps
  readonly letters: RunLetters
  readonly #context: SupervisorContext
  readonly #folder: JobFolder
  readonly #savepoints = new SavepointRequests()
  /** As it was when its process began. */
  #job: JobRecord | undefined
  #process: SpawnedProcess | undefined
  #figures: ProcessFigures | undefined
  #recorder: FigureRecorder | undefined
  #lifeSigns: LifeSigns | undefined
  #deadline: Cancel = () => {}
  #outcome: JobOutcome | undefined
  #killed: KillReason | null = null
  #cancelledBy: string | null = null
  /** Somebody has told the job to end. */
  #ending = false
  #closing = false
  /** Its process is gone. */
  #gone = false

  constructor(id: string, context: SupervisorContext) {
    this.id = id
    this.#context = context
    this.#folder = context.folderOf(id)
    const send = (order: Order): void => this.#process?.send(order)
    this.taps = new RunTaps(context.clock, send)
    const { logger, store, onLetters } = context
    const changed = (): void => onLetters(id)
    this.letters = new RunLetters({ job: id, store: store.deadLetters, logger, send, changed })
  }

  /** As of the last heartbeat; undefined before the process is there. */
  get process(): ProcessInfo | undefined {
    return this.#figures?.info
  }

  get progress(): JobProgress | null {
    return this.#figures?.progress ?? null
  }

  /** Over the life of the job; undefined before the process is there. */
  get history(): FigureSeries | undefined {
    return this.#recorder?.series
  }

  /**
   * Resolves when the run is over and written down, or when the job did not want to run any more.
   * @throws when it could not be started: the job is then as it was before.
   */
  async run(): Promise<void> {
    const { store, clock, logs } = this.#context
    const job = store.get(this.id)
    if (job === undefined || (job.status !== 'queued' && job.status !== 'restarting')) return
    const { command, order, redact } = await prepareRun(job, this.#folder, this.#context)
    if (this.#closing) return
    const process = await SpawnedProcess.start(command, clock, {
      report: (report) => this.#onReport(report, redact),
      nonsense: (reason) =>
        logs.remark(this.id, `Its process sent a message that is not understood: ${reason}`),
      lines: (lines) =>
        logs.add(
          this.id,
          lines.map((line) => ({ ...line, text: redact(line.text) })),
        ),
    })
    try {
      this.#begin(job, process, order.resume !== null)
    } catch (error) {
      process.kill()
      await process.ended
      if (isOvertaken(error)) return
      throw error
    }
    process.send(order)
    const end = await process.ended
    this.#gone = true
    this.#lifeSigns?.close()
    this.#deadline()
    this.#savepoints.end()
    this.taps.end()
    this.#recorder?.ended(this.#outcome?.result ?? null)
    this.#keepHistory()
    await settleRun(this.id, this.#folder, this.#context, {
      outcome: this.#outcome,
      failure: () => this.#failure(end, job),
      cancelledBy: this.#cancelledBy,
      serverGone: this.#closing ? 'The server was closed' : null,
      progress: this.progress,
    })
  }

  stop(savepoint: boolean, timeout: number): void {
    this.#ending = true
    this.#process?.send({ type: 'stop', savepoint })
    this.#killAfter(timeout, 'stop-timeout')
  }

  cancel(cause: string, timeout: number): void {
    this.#ending = true
    this.#cancelledBy ??= cause
    this.#process?.send({ type: 'cancel' })
    this.#killAfter(Math.min(timeout, CANCEL_TIMEOUT), 'cancel-timeout')
  }

  /** @throws JobNotRunningError, ServerBusyError */
  async savepoint(): Promise<CheckpointInfo> {
    const process = this.#process
    if (process === undefined || this.#outcome !== undefined) {
      throw new JobNotRunningError('the job does not run now', { remedy: 'wait until it runs' })
    }
    return this.#savepoints.ask((order) => process.send(order))
  }

  /**
   * The server closes: the job ends, and goes on when there is a server again.
   * @param timeout milliseconds for a savepoint; 0: there is none
   */
  close(timeout: number): void {
    if (this.#closing) return
    this.#closing = true
    if (timeout === 0) return this.#kill('closing')
    // Somebody wanted it to end before, and it is on its way; or it has not begun.
    if (this.#ending || this.#job === undefined) return
    this.#process?.send({ type: 'close' })
    this.#killAfter(Math.min(timeout, this.#job.submission.options.stopTimeout), 'closing')
  }

  /** @throws what keeps it from being written down: then it has not begun. */
  #begin(job: JobRecord, process: SpawnedProcess, goesOn: boolean): void {
    const { store, clock, logs, limits } = this.#context
    const { pid } = process.started
    if (this.#closing) throw new IllegalTransitionError(job.status, 'running')
    // A process that nobody would find again gets no order.
    this.#folder.keepProcess(process.started)
    const figures = new ProcessFigures(pid, clock)
    const newest = job.status === 'restarting' ? (store.checkpoints(this.id)[0] ?? null) : null
    const cause = `Process ${pid} was started; the job ${goesOnFrom(job, newest)}.`
    const patch = { process: figures.info, dueAt: null }
    store.transition(this.id, 'running', { at: clock.now(), cause, patch })
    logs.remark(this.id, cause)
    this.#job = job
    this.#process = process
    this.#figures = figures
    const isRestart = job.status === 'restarting'
    this.#recorder = new FigureRecorder(clock, { before: this.#historyBefore(), isRestart, goesOn })
    this.#lifeSigns = new LifeSigns(
      {
        pid,
        interval: limits.heartbeat,
        timeout: limits.heartbeatTimeout,
        memory: memoryOf(job, limits) * 1_048_576,
        throttled: () => process.throttled,
        onTrouble: (trouble) => this.#kill(trouble),
      },
      clock,
    )
  }

  async #failure(end: ProcessEnd, job: JobRecord): Promise<ProcessFailure> {
    const { limits } = this.#context
    return processFailure(end, {
      killed: this.#killed,
      memoryMb: memoryOf(job, limits),
      heartbeatTimeout: limits.heartbeatTimeout,
      lastWords: await this.#folder.lastWords(),
    })
  }

  #onReport(report: Report, redact: Redact): void {
    switch (report.type) {
      case 'heartbeat':
        this.#lifeSigns?.heard(report.rssBytes)
        this.#figures?.heard(report)
        this.#recorder?.heard(report)
        if (report.progress !== null) this.#context.onProgress(this.id, report.progress)
        this.#keepFigures()
        return
      case 'savepoint':
        return this.#savepoints.answered(report)
      case 'taps':
      case 'tapped':
        return this.taps.heard(report)
      case 'letters':
      case 'replays':
      case 'letters-begun':
        return this.letters.heard(report)
      case 'outcome':
        this.#outcome = report.outcome
        return this.#linger(MOST_LINGERS)
      default:
        if (report.type === 'restart') this.#recorder?.restarted()
        if (report.type === 'checkpoint') this.#recorder?.checkpointed(report.checkpoint)
        if (!this.#closing || report.type === 'checkpoint' || report.type === 'checkpoints-removed') {
          recordReport(this.id, report, this.#context, redact)
        }
    }
  }

  /** Now and then: answers have the live ones. */
  #keepFigures(): void {
    const { store, logger } = this.#context
    if (this.#figures === undefined || !this.#figures.shouldBeKept()) return
    try {
      store.patch(this.id, { process: this.#figures.info, progress: this.#figures.progress })
    } catch (error) {
      logger.warn('Figures of a job cannot be kept', { job: this.id, error })
    }
    this.#keepHistory()
  }

  #keepHistory(): void {
    const { store, logger } = this.#context
    if (this.#recorder === undefined) return
    try {
      store.figures.keep(this.id, this.#recorder.series)
    } catch (error) {
      logger.warn('The history of a job cannot be kept', { job: this.id, error })
    }
  }

  /** What was kept of it; a run does not fail for that. */
  #historyBefore(): FigureSeries | undefined {
    const { store, logger } = this.#context
    try {
      return store.figures.of(this.id)
    } catch (error) {
      logger.warn('The history of a job cannot be read', { job: this.id, error })
      return undefined
    }
  }

  /** Its job is over. What it has written may take a while to be read. */
  #linger(more: number): void {
    this.#after(LINGER, () => {
      if (this.#process?.throttled === true && more > 0) this.#linger(more - 1)
      else this.#kill('lingering')
    })
  }

  #killAfter(timeout: number, reason: KillReason): void {
    this.#after(timeout, () => this.#kill(reason))
  }

  #after(timeout: number, run: () => void): void {
    if (this.#gone) return
    this.#deadline()
    this.#deadline = this.#context.clock.setTimeout(run, Math.min(timeout, LONGEST_DELAY))
  }

  #kill(reason: KillReason): void {
    if (this.#process === undefined || this.#gone) return
    this.#killed ??= reason
    this.#process.kill()
  }
}

const memoryOf = ({ submission }: JobRecord, { memoryMb }: SupervisorLimits): number =>
  submission.options.memoryMb ?? memoryMb

/** Somebody has stopped, cancelled or deleted the job while its process was being made. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof IllegalTransitionError || error instanceof JobNotFoundError
