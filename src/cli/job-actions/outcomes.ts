import process from 'node:process'
import { MillraceError } from '../../errors/millrace-error.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import { exitCodeOfError, exitCodes, worseOf } from '../exit-codes.ts'
import { findJob } from '../job-reference/find-job.ts'
import type { ServerConnection } from '../server-connection.ts'
import { note } from '../terminal.ts'

/** What goes wrong with one job would go wrong with every other. */
const forAll: readonly string[] = [
  'ERR_SERVER_UNREACHABLE',
  'ERR_INTERRUPTED',
  'ERR_UNAUTHENTICATED',
  'ERR_FORBIDDEN',
  'ERR_CONFIRMATION',
]

/** What becomes of a call that is about several jobs: each is done, and the exit code is that of the worst. */
export class Outcomes {
  readonly #signal: AbortSignal
  readonly #isOne: boolean
  #code: number = exitCodes.done

  constructor(count: number, { signal }: Pick<ServerConnection, 'signal'>) {
    this.#isOne = count === 1
    this.#signal = signal
  }

  /** Does it, or tells why not. Of one job, and for what is wrong with all of them, it throws. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (this.#isOne || this.#signal.aborted || !(error instanceof MillraceError)) throw error
      if (forAll.includes(error.code)) throw error
      note(`millrace: ${error.message}`)
      this.failed(exitCodeOfError(error))
      return undefined
    }
  }

  failed(code: number = exitCodes.failed): void {
    this.#code = worseOf(this.#code, code)
  }

  /** Those that are meant, each once. */
  async find(references: readonly string[], connection: ServerConnection): Promise<readonly JobInfo[]> {
    const jobs = new Map<string, JobInfo>()
    for (const reference of references) {
      const job = await this.attempt(() => findJob(reference, connection))
      if (job !== undefined) jobs.set(job.id, job)
    }
    return [...jobs.values()]
  }

  /** What the command ends with. */
  settle(): void {
    if (this.#code !== exitCodes.done) process.exitCode = this.#code
  }
}
