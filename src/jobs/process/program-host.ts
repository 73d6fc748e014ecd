import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { JobResult } from '../../job/job-result.ts'
import { readCollected } from '../../protocol/collected-frames.ts'
import type { EarlierSubmit } from '../../protocol/submission.ts'
import { fromWireError } from '../../protocol/wire-error-codec.ts'
import type { HostedSubmit, JobProcessHost } from '../../environment/job-process-host.ts'
import type { SeatedOutcome, SeatedProgram } from '../../environment/seat/seat-order.ts'
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

  async seatedProgram(): Promise<SeatedProgram> {
    const { entry, program } = this.#order
    const { argv, ordinal, local = false } = program
    const earlier = await Promise.all(program.earlier.map((submit) => this.#seated(submit)))
    return { entry, argv, ordinal, local, insideJob: true, earlier }
  }

  async submit(hosted: HostedSubmit): Promise<JobResult> {
    const { ordinal, earlier } = this.#order.program
    const number = this.#submits++
    const known = number < ordinal ? earlier[number] : undefined
    if (number === ordinal) this.#found(hosted)
    // The job's own never resolves, nor what comes after it, nor what was not over when the job was submitted.
    if (known === undefined || (known.result === null && known.error === null)) return new Promise(() => {})
    await this.#read(known, hosted.fill)
    if (known.error !== null) throw fromWireError(known.error)
    return known.result as JobResult
  }

  async #seated(submit: EarlierSubmit): Promise<SeatedOutcome | null> {
    const { result, error } = submit
    if (result === null && error === null) return null
    const collected = new Map<string, unknown[]>()
    await this.#read(submit, (node, values) => collected.set(node, values))
    return { result, error: error === null ? null : fromWireError(error), collected: [...collected] }
  }

  /** The program may read what an earlier submit has collected. */
  async #read({ collected }: EarlierSubmit, fill: (node: string, values: unknown[]) => void): Promise<void> {
    for (const [node, path] of Object.entries(collected)) {
      const values: unknown[] = []
      for await (const frame of readCollected(createReadStream(join(this.#order.folder, path)))) {
        for (const value of frame) values.push(value)
      }
      fill(node, values)
    }
  }
}
