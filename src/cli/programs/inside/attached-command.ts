import type { CommandHost, ProgramSubmit } from '../../../environment/command-host.ts'
import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import type { JobResult } from '../../../job/job-result.ts'
import { toWireError } from '../../../protocol/wire-error-codec.ts'
import type { ProgramOrder, ProgramReport } from '../messages.ts'
import type { CommandLink } from './command-link.ts'

type StartedJob = Parameters<CommandHost['starts']>[0]

/** What a command is to the program that it runs: tells of its jobs, or halts it at the submit that is wanted. */
export class AttachedCommand implements CommandHost {
  readonly version = 1
  readonly #order: ProgramOrder
  readonly #link: CommandLink
  readonly #jobs = new Set<StartedJob>()
  readonly #onSubmit: () => void
  #submits = 0

  constructor(order: ProgramOrder, link: CommandLink, onSubmit: () => void) {
    this.#order = order
    this.#link = link
    this.#onSubmit = onSubmit
  }

  /** Whether the program has come to a submit. */
  get hasSubmitted(): boolean {
    return this.#submits > 0
  }

  halts(submit: ProgramSubmit): boolean {
    this.#onSubmit()
    const number = this.#submits++
    switch (this.#order.type) {
      case 'run':
        this.#link.tell({ type: 'submitted' })
        return false
      case 'explain':
        this.#exitWith(() => ({
          type: 'explained',
          graph: submit.graph,
          stages: submit.stages(),
          services: submit.services?.() ?? [],
        }))
        return true
      case 'submit':
        return this.#haltsAt(number, this.#order.ordinal, submit)
      default:
        return this.#order satisfies never
    }
  }

  starts(job: StartedJob): void {
    const { id, name } = job
    this.#jobs.add(job)
    this.#link.tell({ type: 'job', id, name })
    // What goes wrong with the job, its result tells.
    const error = (): void => {}
    job.metrics$.subscribe({
      next: (metrics) => this.#link.mention({ type: 'metrics', id, metrics }),
      error,
    })
    const ended = (result: JobResult | null, thrown: unknown): void => {
      this.#jobs.delete(job)
      const told = thrown === null ? null : toWireError(thrown)
      this.#link.tell({ type: 'ended', id, result: result ?? resultOf(thrown), error: told })
    }
    job.result.then(
      (result) => ended(result, null),
      (thrown: unknown) => ended(null, thrown),
    )
  }

  /** Stops every job that is not over. Resolves when they are. */
  async stop(): Promise<void> {
    await Promise.allSettled([...this.#jobs].map((job) => job.stop()))
  }

  /** Ends a job that is not over: its own result tells how that went. */
  async endJob(id: string, abort: boolean): Promise<void> {
    const job = [...this.#jobs].find((one) => one.id === id)
    await Promise.allSettled([abort ? job?.cancel?.() : job?.stop()])
  }

  #haltsAt(number: number, ordinal: number, submit: ProgramSubmit): boolean {
    if (number > ordinal) return true
    if (number === ordinal) {
      this.#exitWith(() => ({ type: 'submit', submit: { job: submit.job(), remote: submit.remote() } }))
      return true
    }
    if (submit.environment === 'local') return false
    this.#exitWith(() => {
      throw new InvalidArgumentError(
        `Submit ${number} of the program is that of a RemoteEnvironment, and comes before submit ${ordinal}.`,
        { remedy: 'Have the job that is meant in a file of its own, which submits once.' },
      )
    })
    return true
  }

  /** What goes wrong is nothing that the program could catch. */
  #exitWith(make: () => ProgramReport): void {
    let report: ProgramReport
    try {
      report = make()
    } catch (error) {
      return this.#link.exitWith({ type: 'threw', error: toWireError(error) }, 1)
    }
    this.#link.exitWith(report, 0)
  }
}

/** Errors of jobs have the books up to then. */
function resultOf(thrown: unknown): JobResult | null {
  return (Object(thrown) as { result?: JobResult }).result ?? null
}
