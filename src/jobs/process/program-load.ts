import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { type DefinitionSite, siteOfStack } from '../../errors/definition-site.ts'
import { type ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import { ProgramError } from '../../errors/program-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Clock } from '../../time/clock.ts'
import { type HostedSubmit, jobProcessKey } from '../../environment/job-process-host.ts'
import type { RunOrder } from './messages.ts'
import { PendingAwaits } from './pending-awaits.ts'
import { ProgramHost } from './program-host.ts'

/** What a program does while its process lives. */
export interface LoadEvents {
  /** It has come to the submit that is the job. */
  readonly found: (job: HostedSubmit) => void
  /** It will not come to it. */
  readonly lost: (error: unknown) => void
  /** It threw what nobody caught, after the job was found. */
  readonly uncaught: (error: unknown) => void
}

/** Runs the program of a job up to its submit. Exactly one of `found` and `lost` is called, once. */
export class ProgramLoad {
  readonly #order: RunOrder
  readonly #events: LoadEvents
  readonly #host: ProgramHost
  readonly #awaits = new PendingAwaits()
  readonly #cancelTimeout: () => void
  #state: 'loading' | 'loaded' | 'over' = 'loading'

  /** @param timers which keep no process alive */
  constructor(order: RunOrder, timers: Pick<Clock, 'setTimeout'>, events: LoadEvents) {
    this.#order = order
    this.#events = events
    this.#host = new ProgramHost(order, (job) => this.#found(job))
    this.#cancelTimeout = timers.setTimeout(() => this.#lose(this.#late()), order.loadTimeout)
    process.on('uncaughtException', (error) => this.#threw(error))
    process.on('unhandledRejection', (reason) => this.#threw(reason))
    process.on('beforeExit', () => this.#lose(this.#nothingLeft()))
  }

  /** Nobody waits for the job any more. */
  giveUp(): void {
    this.#settle()
  }

  start(): void {
    const { entry, program } = this.#order
    process.argv = [process.execPath, entry, ...program.argv]
    Reflect.set(globalThis, jobProcessKey, this.#host)
    this.#awaits.start()
    import(pathToFileURL(entry).href).then(
      () => {
        if (this.#state === 'loading') this.#state = 'loaded'
      },
      (error: unknown) => this.#threw(error),
    )
  }

  /** Why a process that exits now has no job; undefined when it has found it, or is told of already. */
  exited(code: number, site: DefinitionSite | undefined): ProgramError | undefined {
    if (this.#state === 'over') return undefined
    return this.#failed(`The program exited with code ${code}`, {
      site,
      remedy: 'Let it call process.exit behind its last submit only: on a server that is never reached.',
    })
  }

  #found(job: HostedSubmit): void {
    if (this.#state === 'over') return
    this.#settle()
    this.#events.found(job)
  }

  #lose(error: unknown): void {
    if (this.#state === 'over') return
    this.#settle()
    this.#events.lost(error)
  }

  #settle(): void {
    this.#state = 'over'
    this.#cancelTimeout()
    this.#awaits.stop()
  }

  #threw(thrown: unknown): void {
    if (this.#state === 'over') return this.#events.uncaught(uncaught(thrown))
    // Wrong arguments and the like are told as where the program was submitted.
    this.#lose(thrown instanceof MillraceError ? thrown : this.#failedBy(thrown))
  }

  #failedBy(cause: unknown): ProgramError {
    return this.#failed('The program failed', { site: siteOf(cause), cause }, firstLine(cause))
  }

  #late(): ProgramError {
    return this.#failed(`The program took longer than ${this.#order.loadTimeout} ms`, {
      site: this.#awaits.site(),
      remedy: 'Look at what it waits for before it submits, or raise loadTimeout.',
    })
  }

  #nothingLeft(): ProgramError {
    if (this.#state === 'loading') {
      return this.#failed('The program waits for what never comes', {
        site: this.#awaits.site(),
        remedy: 'Look at what it awaits there: nothing is left in the process that could bring it.',
      })
    }
    return this.#failed('The program ended', {
      remedy:
        'Make the same submits wherever the program runs: none may hang on what is different on a server, such as files, environment variables or arguments.',
    })
  }

  #failed(what: string, details: ErrorDetails, why?: string): ProgramError {
    const { submits } = this.#host
    const number = this.#order.program.ordinal + 1
    const more = why === undefined ? `. It made ${submits === 0 ? 'none' : submits}.` : `: ${why}`
    return new ProgramError(
      `${what} before it came to the submit that is the job, number ${number}${more}`,
      details,
    )
  }
}

function uncaught(cause: unknown): ProgramError {
  return new ProgramError(`The program threw what nobody caught: ${firstLine(cause)}`, {
    site: siteOf(cause),
    remedy: 'Catch it where it is thrown, and await every promise.',
    cause,
  })
}

function siteOf(thrown: unknown): DefinitionSite | undefined {
  return thrown instanceof Error ? siteOfStack(String(thrown.stack)) : undefined
}

function firstLine(thrown: unknown): string {
  return reasonOf(thrown).split('\n')[0] as string
}
