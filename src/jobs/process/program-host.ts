import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { JobResult } from '../../job/job-result.ts'
import { readCollected } from '../../protocol/collected-frames.ts'
import type { EarlierSubmit } from '../../protocol/submission.ts'
import { fromWireError } from '../../protocol/wire-error-codec.ts'
import type { HostedSubmit, JobProcessHost } from '../../environment/job-process-host.ts'
import type { RunOrder } from './messages.ts'

/** Counts the submits of a program. Those before the job come to what they came to; the job's own is handed on. */
export class ProgramHost implements JobProcessHost {
  readonly version = 1
  readonly #order: RunOrder
  readonly #found: (job: HostedSubmit) => void
  #submits = 0

  /** @param found called once, when the program comes to the submit that is the job */
  constructor(order: RunOrder, found: (job: HostedSubmit) => void) {
    this.#order = order
    this.#found = found
  }

  get ordinal(): number {
    return this.#order.program.ordinal
  }

  /** How many there were so far. */
  get submits(): number {
    return this.#submits
  }

  /** Where the job is one of theirs, those before it run here again. */
  takesLocal(): boolean {
    const { local = false, ordinal } = this.#order.program
    if (!local || this.#submits >= ordinal) return local
    this.#submits++
    return false
  }

  async submit(hosted: HostedSubmit): Promise<JobResult> {
    const { ordinal, earlier } = this.#order.program
    const number = this.#submits++
    const known = number < ordinal ? earlier[number] : undefined
    if (number === ordinal) this.#found(hosted)
    // The job's own never resolves, nor what comes after it, nor what was not over when the job was submitted.
    if (known === undefined || (known.result === null && known.error === null)) return new Promise(() => {})
    await this.#fill(hosted, known)
    if (known.error !== null) throw fromWireError(known.error)
    return known.result as JobResult
  }

  /** The program may read what an earlier submit has collected. */
  async #fill(hosted: HostedSubmit, { collected }: EarlierSubmit): Promise<void> {
    for (const [node, path] of Object.entries(collected)) {
      const values: unknown[] = []
      for await (const frame of readCollected(createReadStream(join(this.#order.folder, path)))) {
        for (const value of frame) values.push(value)
      }
      hosted.fill(node, values)
    }
  }
}
