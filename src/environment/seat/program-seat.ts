import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { graphHash } from '../../graph/graph-hash.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { HostedSubmit, JobProcessHost } from '../job-process-host.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import type { SeatedProgram, SeatOrder } from './seat-order.ts'

/** What is done at the submit that is the job, with what the program has recorded by then. */
export type TakeSeat = (recorded: RecordedPipeline) => void

/**
 * Stands in a program that was loaded once more, beside the one that runs: counts its submits, has those before the job
 * come to what they came to there, and takes a part in the job at its own.
 */
export class ProgramSeat implements JobProcessHost {
  readonly version = 1
  readonly ordinal: number
  readonly #order: SeatOrder
  readonly #take: TakeSeat
  readonly #refuse: (error: unknown) => void
  #submits = 0
  #isLocal = false

  /** @param refuse told once, when the program is not the one that runs. */
  constructor(order: SeatOrder, take: TakeSeat, refuse: (error: unknown) => void) {
    this.#order = order
    this.ordinal = order.program.ordinal
    this.#take = take
    this.#refuse = refuse
  }

  get submits(): number {
    return this.#submits
  }

  takesLocal(): boolean {
    this.#isLocal = true
    return true
  }

  async seatedProgram(): Promise<SeatedProgram> {
    return this.#order.program
  }

  async submit(hosted: HostedSubmit): Promise<JobResult> {
    const { program, graphHash: expected } = this.#order
    const isLocal = this.#isLocal
    this.#isLocal = false
    if (isLocal !== program.local) throw otherKind(hosted.graph.name)
    const number = this.#submits++
    if (number === this.ordinal) {
      const recorded = hosted.recorded as RecordedPipeline
      if (graphHash(hosted.graph) === expected) this.#take(recorded)
      else this.#refuse(otherGraph(hosted.graph.name))
    }
    const known = number < this.ordinal ? program.earlier[number] : undefined
    // Its own never resolves, nor what was not over when the job was submitted.
    if (known === undefined || known === null) return new Promise(() => {})
    for (const [node, values] of known.collected) hosted.fill(node, values)
    if (known.result === null) throw known.error
    return known.result
  }
}

function otherGraph(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `The program was loaded once more for a part of job '${name}', and recorded another pipeline.`,
    {
      remedy:
        'Let it record the same whenever it runs: from its code and arguments, not from the clock, chance, or whether this is the main thread.',
    },
  )
}

function otherKind(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `The program was loaded once more for a part of a job, and submits '${name}' elsewhere before it.`,
    {
      remedy:
        'Put the pipeline that has parts in threads or processes of their own into a file that submits once, and name it as entry.',
    },
  )
}
