import process from 'node:process'
import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads'
import type { MillraceError } from '../../errors/millrace-error.ts'
import { fromPortableError, toPortableError } from '../../errors/portable-error-codec.ts'
import type { Logger } from '../../functions/logger.ts'
import type { StrandThread } from '../../runtime/threads/far-strand.ts'
import type { ThreadNews, ThreadOrder, ThreadOrigin } from '../../runtime/threads/thread-messages.ts'
import type { ThreadReport } from '../../runtime/threads/thread-report.ts'
import type { Clock } from '../../time/clock.ts'
import type { SeatedProgram } from '../seat/seat-order.ts'
import { threadCode, threadExecArgv } from './thread-code.ts'
import {
  diedThread,
  exitedThread,
  lateThread,
  lostThread,
  notSeated,
  silentThread,
} from './thread-failures.ts'
import { ThreadPulse } from './thread-pulse.ts'
import { type ThreadData, threadKey } from './thread-order.ts'
import type { ResolvedThreadOptions } from './thread-options.ts'

export interface JobThreadOptions {
  readonly number: number
  readonly jobName: string
  readonly clock: Clock
  readonly logger: Logger
  readonly threads: ResolvedThreadOptions
  /** Milliseconds for the program to come to its submit there. */
  readonly startTimeout: number
  /** Milliseconds that teardown waits for a promise of the user's. */
  readonly stopTimeout: number
  /** Of each of its strands, the names of its operators. */
  readonly operators: readonly (readonly string[])[]
}

/** What a thread tells its job. */
export interface JobThreadHost {
  /** What the thread goes on from. */
  origin(): ThreadOrigin | null
  /** Why the job ends early; null: it does not. */
  aborted(): { readonly reason: unknown } | null
  told(report: ThreadReport): void
  news(news: Exclude<ThreadNews, { type: 'log' | 'pong' | 'closed' | 'refused' | 'opened' }>): void
  /** It is gone, or must be. */
  fail(error: unknown): void
}

/** Milliseconds beside those of its operators that a thread has to close. */
const GRACE = 1000

/** One worker thread of an attempt: made, driven, listened to for its heartbeat, and ended. */
export class JobThread implements StrandThread {
  closing = false
  readonly #options: JobThreadOptions
  readonly #host: JobThreadHost
  readonly #control = new MessageChannel()
  readonly #atWork = new Int32Array(new SharedArrayBuffer(4))
  readonly #pulse: ThreadPulse
  #worker: Worker | null = null
  #state: 'new' | 'loading' | 'seated' | 'closing' | 'gone' = 'new'
  #settleSeat: (error: Error | undefined) => void = () => {}
  #settleOpen: (error: Error | undefined) => void = () => {}
  #settleClosed: () => void = () => {}
  #open: Promise<void> | null = null
  #close: Promise<void> | null = null
  #isStarted = false
  #isStopped = false
  #committed = 0
  #cancelled = 0
  /** Log lines and letters of it that were heard. */
  #notes = 0

  constructor(options: JobThreadOptions, host: JobThreadHost) {
    this.#options = options
    this.#host = host
    const { clock, threads } = options
    this.#pulse = new ThreadPulse(clock, threads.heartbeatTimeout, {
      ping: (count) => this.tell({ type: 'ping', count, notes: this.#notes }),
      stopped: () => this.#unresponsive(),
    })
  }

  /**
   * Loads the program there. Resolves when it has come to its submit, and what the thread is to do is built.
   * @throws ThreadStartError, and what the thread refuses its part with.
   */
  async seat(data: Omit<ThreadData, 'control' | 'atWork' | 'thread'>, program: SeatedProgram): Promise<void> {
    if (this.#state !== 'new') throw lostThread(this.#options.number, 'was ended before it began')
    this.#state = 'loading'
    const { number, jobName, clock, startTimeout, threads } = this.#options
    const own: ThreadData = {
      ...data,
      thread: number,
      control: this.#control.port2,
      atWork: this.#atWork,
    }
    const { memoryMb } = threads
    const execArgv = threadExecArgv(process.execArgv)
    const options: WorkerOptions = {
      name: `${jobName} ${number}`,
      workerData: { [threadKey]: own },
      transferList: [this.#control.port2, ...data.links.map(([, port]) => port)],
      stdout: true,
      stderr: true,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      ...(memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
    }
    const seated = new Promise<void>((resolve, reject) => {
      this.#settleSeat = (error) => (error === undefined ? resolve() : reject(error))
    })
    this.#control.port1.on('message', (news: ThreadNews) => this.#hear(news))
    const worker = new Worker(threadCode(program), options)
    this.#worker = worker
    worker.on('error', (error: unknown) => this.#gone(diedThread(number, error, memoryMb)))
    worker.on('exit', (code) => this.#gone(exitedThread(number, code)))
    // No pipes, which listen to the process: threads are many. What is printed last comes before its exit.
    worker.stderr.on('data', (text: Buffer) => void process.stderr.write(text))
    worker.stdout.on('data', (text: Buffer) => void process.stdout.write(text))
    const cancel = clock.setTimeout(() => this.#settleSeat(lateThread(number, startTimeout)), startTimeout)
    try {
      await seated
    } finally {
      cancel()
    }
    this.#state = 'seated'
    this.#pulse.start()
  }

  open(): Promise<void> {
    this.#open ??= new Promise((resolve, reject) => {
      this.#settleOpen = (error) => (error === undefined ? resolve() : reject(error))
      this.tell({ type: 'open', origin: this.#host.origin() })
    })
    return this.#open
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.tell({ type: 'start' })
  }

  stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.tell({ type: 'stop' })
  }

  commit(checkpoint: number): void {
    if (checkpoint <= this.#committed) return
    this.#committed = checkpoint
    this.tell({ type: 'commit', checkpoint })
  }

  cancelBarrier(checkpoint: number): void {
    if (checkpoint <= this.#cancelled) return
    this.#cancelled = checkpoint
    this.tell({ type: 'cancelBarrier', checkpoint })
  }

  tell(order: ThreadOrder): void {
    if (this.#state !== 'gone') this.#control.port1.postMessage(order)
  }

  close(): Promise<void> {
    this.#close ??= this.#end()
    return this.#close
  }

  async #end(): Promise<void> {
    const isSeated = this.#state === 'seated'
    if (this.#state !== 'gone') this.#state = 'closing'
    this.#pulse.stop()
    const over = lostThread(this.#options.number, 'was ended')
    this.#settleSeat(over)
    this.#settleOpen(over)
    if (isSeated) await this.#closed()
    this.#state = 'gone'
    this.#control.port1.close()
    this.#control.port2.close()
    await this.#worker?.terminate()
  }

  /** Resolves when the thread has closed its operators, is gone, or has taken too long. */
  async #closed(): Promise<void> {
    const { clock, stopTimeout, logger, number } = this.#options
    const aborted = this.#host.aborted()
    await new Promise<void>((resolve) => {
      const cancel = clock.setTimeout(() => {
        logger.warn(`Thread ${number} was ended before it had closed its operators.`, {})
        this.#settleClosed()
      }, stopTimeout + GRACE)
      this.#settleClosed = () => {
        cancel()
        resolve()
      }
      this.tell({ type: 'close', reason: aborted === null ? null : toPortableError(aborted.reason) })
    })
  }

  #hear(news: ThreadNews): void {
    if (this.#state === 'gone') return
    if (news.type === 'log' || news.type === 'letter') this.#notes++
    switch (news.type) {
      case 'log':
        this.#options.logger[news.level](news.message, {
          ...news.fields,
          thread: this.#options.number,
        })
        return
      case 'pong':
        this.#pulse.heard(news.count)
        this.#told(news.report)
        return
      case 'closed':
        this.#told(news.report)
        this.#settleClosed()
        return
      case 'refused': {
        const error = fromPortableError(news.error)
        this.#settleSeat(error)
        this.#settleOpen(error)
        return
      }
      case 'opened':
        this.#settleOpen(undefined)
        return
      case 'ended':
        this.#told(news.report)
        break
      case 'seated':
        this.#host.news(news)
        this.#settleSeat(undefined)
        return
      default:
    }
    this.#host.news(news)
  }

  #told(report: ThreadReport): void {
    this.closing = report.closing
    this.#host.told(report)
  }

  #gone(error: MillraceError): void {
    const before = this.#state
    if (before === 'gone') return
    if (before === 'seated') this.#state = 'gone'
    this.#pulse.stop()
    this.#settleClosed()
    this.#settleSeat(before === 'loading' ? notSeated(this.#options.number, error) : error)
    this.#settleOpen(error)
    if (before === 'seated') this.#host.fail(error)
  }

  #unresponsive(): void {
    const { number, threads, operators, logger } = this.#options
    const error = silentThread(number, threads.heartbeatTimeout, operators[this.#atWork[0]! - 1] ?? [])
    if (threads.onUnresponsive === 'warn') {
      logger.warn(error.message, { error })
      return
    }
    this.#state = 'gone'
    void this.#worker?.terminate()
    this.#settleOpen(error)
    this.#host.fail(error)
  }
}
