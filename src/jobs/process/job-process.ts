import { writeSync } from 'node:fs'
import process from 'node:process'
import { siteOfStack } from '../../errors/definition-site.ts'
import { ProgramError } from '../../errors/program-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { toWireError } from '../../protocol/wire-error-codec.ts'
import { backgroundTimers } from '../../time/background-timers.ts'
import type { Cancel } from '../../time/clock.ts'
import { type Redact, redactAll, redactor } from '../../util/redact.ts'
import type { HostedSubmit } from '../../environment/job-process-host.ts'
import type { TapBatch } from '../../runtime/taps/tap-point.ts'
import { shownBatch } from '../../runtime/taps/shown-batch.ts'
import { JobRun } from './job-run.ts'
import { LetterPost } from './letter-post.ts'
import { ProgramLoad } from './program-load.ts'
import type { JobOutcome, Order, Report, RunOrder } from './messages.ts'
import { writeCollected, writeLastWords, writeOutcome } from './outcome-files.ts'
import type { ServerLink } from './server-link.ts'

/** Reports on their way beside which records are still shown: all points tell of theirs at once. */
const MOST_SHOWING = 16

/** What a process does for the one job it is there for: runs its program, heeds orders, tells how it goes, and exits. */
export class JobProcess {
  readonly #order: RunOrder
  readonly #link: ServerLink
  readonly #redact: Redact
  readonly #load: ProgramLoad
  readonly #exit = process.exit.bind(process)
  #submit: HostedSubmit | null = null
  #run: JobRun | null = null
  /** It is being written down how the job ended; or the job is given up, and nothing is. */
  #over = false
  #heartbeat: Cancel = () => {}
  #exitStack: string | undefined

  constructor(order: RunOrder, link: ServerLink) {
    this.#order = order
    this.#link = link
    this.#redact = redactor(Object.fromEntries(order.secrets.map((name) => [name, process.env[name] ?? ''])))
    this.#load = new ProgramLoad(order, backgroundTimers, {
      found: (submit) => void this.#start(submit),
      lost: (error) => void this.#conclude(failed(error)),
      uncaught: (error) => this.#uncaught(error),
    })
  }

  start(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#stop('signal', true))
    // Where nobody reads what the program writes, its job goes on all the same.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    process.exit = (code) => {
      this.#exitStack ??= new Error().stack
      return this.#exit(code)
    }
    process.on('exit', (code) => this.#exiting(code))
    // While nothing but the channel is left to the program, it has ended.
    this.#link.release()
    this.#beat()
    this.#load.start()
  }

  heed(order: Order): void {
    switch (order.type) {
      case 'run':
        return
      case 'stop':
        return this.#stop('order', order.savepoint)
      case 'cancel':
        if (this.#run !== null) return void this.#run.cancel()
        return void this.#conclude({ ...ended, status: 'cancelled' })
      case 'close':
        return this.#suspend()
      case 'savepoint':
        return void this.#savepoint(order.request)
      case 'tap':
        return this.#run?.tap(order.point, order.lease)
      case 'untap':
        return this.#run?.untap(order.point)
      case 'replay':
        return this.#run?.replay(order.letters)
      case 'replays-noted':
        return this.#run?.confirm(order.letters)
      default:
        return order satisfies never
    }
  }

  /** The server is gone. */
  orphaned(): void {
    backgroundTimers.setTimeout(() => this.#giveUp(), this.#order.orphanTimeout)
    this.#suspend()
  }

  /** The job ends so that it can go on when there is a server again, or else is given up. */
  #suspend(): void {
    if (this.#over || this.#run?.stopping === true) return
    if (this.#run?.checkpointed === true) return this.#stop('server-gone', true)
    this.#over = true
    void (this.#run?.cancel() ?? Promise.resolve()).finally(() => this.#giveUp())
  }

  #stop(by: NonNullable<JobOutcome['stoppedBy']>, savepoint: boolean): void {
    if (this.#run !== null) this.#run.stop(by, savepoint)
    else void this.#conclude({ ...ended, status: 'stopped', stoppedBy: by, resume: this.#order.resume })
  }

  async #start(submit: HostedSubmit): Promise<void> {
    this.#link.hold()
    this.#submit = submit
    const run = new JobRun(submit, {
      order: this.#order,
      tell: (report) => this.#tell(report),
      show: (point, batch) => this.#show(point, batch),
      letters: new LetterPost({
        clock: backgroundTimers,
        tell: (report) => this.#link.tell(report),
        sending: () => this.#link.sending,
        redact: this.#redact,
      }),
      warn: (line) => this.#complain(line),
    })
    this.#run = run
    await this.#conclude(await run.run())
  }

  /** Writes down how the job ended, tells, and exits. */
  async #conclude(outcome: JobOutcome): Promise<void> {
    if (this.#over) return
    this.#over = true
    this.#load.giveUp()
    this.#link.hold()
    try {
      const kept = redactAll(this.#redact, await this.#withCollected(outcome))
      writeOutcome(this.#order.results, kept)
      this.#link.tell({ type: 'outcome', outcome: kept })
    } catch (error) {
      this.#complain(`The outcome of the job cannot be written down: ${reasonOf(error)}`)
      return this.#exit(1)
    }
    this.#heartbeat()
    await this.#link.told()
    await Promise.all([process.stdout, process.stderr].map(flushed))
    this.#exit(0)
  }

  /** What `collect()` received is part of what a program waits for: a job without it has not come to its end. */
  async #withCollected(outcome: JobOutcome): Promise<JobOutcome> {
    if (this.#submit === null) return outcome
    try {
      await writeCollected(this.#order.results, this.#submit.collected())
      return outcome
    } catch (cause) {
      this.#complain(`What collect() received cannot be kept: ${reasonOf(cause)}`)
      if (outcome.status !== 'completed') return outcome
      const error = new ProgramError(`What collect() received cannot be brought back: ${reasonOf(cause)}`, {
        remedy: 'Collect plain data: no functions, symbols or promises; look at the disk of the server.',
        cause,
      })
      return { ...outcome, status: 'failed', error: toWireError(error) }
    }
  }

  async #savepoint(request: number): Promise<void> {
    if (this.#run !== null) return this.#run.answerSavepoint(request)
    const error = toWireError(new ProgramError('The program has not come to its submit yet.'))
    this.#tell({ type: 'savepoint', request, answer: { error } })
  }

  #uncaught(error: unknown): void {
    if (this.#over) this.#complain(`After the job was over: ${reasonOf(error)}`)
    else this.#run?.crash(error)
  }

  #beat(): void {
    const { heapUsed, rss } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const progress = this.#run?.progress ?? null
    const report = { rssBytes: rss, heapBytes: heapUsed, cpuMicros: user + system, progress } as const
    this.#link.mention({ type: 'heartbeat', ...report })
    this.#heartbeat = backgroundTimers.setTimeout(() => this.#beat(), this.#order.heartbeat)
  }

  #tell(report: Report): void {
    this.#link.tell(redactAll(this.#redact, report))
  }

  #show(point: string, batch: TapBatch): void {
    const shown = shownBatch(redactAll(this.#redact, batch))
    this.#link.mention({ type: 'tapped', point, batch: shown }, MOST_SHOWING)
  }

  /** The program exits by itself. A job that ran may be run again, so that this is no outcome, but its last words. */
  #exiting(code: number): void {
    if (this.#over) return
    const site = siteOfStack(this.#exitStack ?? '')
    const early = this.#load.exited(code, site)
    const { results } = this.#order
    try {
      if (early !== undefined) return writeOutcome(results, redactAll(this.#redact, failed(early)))
      const error = new ProgramError(`The program exited with code ${code} while its job ran.`, {
        site,
        remedy: 'Throw an error, or a TerminalError, to end the job.',
      })
      writeLastWords(results, redactAll(this.#redact, toWireError(error)))
      this.#complain(error.message)
    } catch (error) {
      this.#complain(`Why the process exits cannot be written down: ${reasonOf(error)}`)
    }
  }

  #giveUp(): void {
    this.#over = true
    this.#exit(1)
  }

  #complain(line: string): void {
    try {
      writeSync(process.stderr.fd, `${this.#redact(line)}\n`)
    } catch {
      // Nobody reads it any more.
    }
  }
}

const ended = { result: null, error: null, savepoint: null, stoppedBy: null } as const

function failed(error: unknown): JobOutcome {
  return { ...ended, status: 'failed', error: toWireError(error) }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve()
    else stream.write('', () => resolve())
  })
}
