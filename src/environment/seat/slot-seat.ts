import { readFileSync } from 'node:fs'
import { deserialize } from 'node:v8'
import { isMainThread } from 'node:worker_threads'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import { ORDER_FD } from '../../services/remote/forked-process.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { HostedSubmit, JobProcessHost } from '../job-process-host.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import { ProgramSeat } from './program-seat.ts'
import type { SeatedProgram, SeatOrder } from './seat-order.ts'
import { isSlotProcess } from './slot-preload.ts'

/** Takes a part in a job, as the order says, with what the program has recorded. */
export type TakePart = (recorded: RecordedPipeline, order: SeatOrder) => void

/** The seat of a program that was loaded once more in a slot of a cluster. Its order names a part of the job. */
export class SlotSeat implements JobProcessHost {
  readonly version = 1
  readonly #order: SeatOrder
  readonly #seat: ProgramSeat
  /** What the submit that is at hand can do; null: it is none of an environment that knows clusters. */
  #take: TakePart | null = null

  constructor(order: SeatOrder, tell: (message: object) => void) {
    this.#order = order
    const refuse = (error: unknown): void => tell({ type: 'refused', error: toPortableError(error) })
    this.#seat = new ProgramSeat(
      order,
      (recorded) => {
        if (this.#take === null) refuse(otherEnvironment(recorded.graph.name))
        else this.#take(recorded, order)
      },
      refuse,
    )
  }

  get ordinal(): number {
    return this.#seat.ordinal
  }

  get submits(): number {
    return this.#seat.submits
  }

  takesLocal(): boolean {
    return this.#seat.takesLocal()
  }

  async seatedProgram(): Promise<SeatedProgram> {
    return this.#order.program
  }

  submit(hosted: HostedSubmit): Promise<JobResult> {
    const result = this.#seat.submit(hosted)
    this.#take = null
    return result
  }

  /** The next submit is one of an environment that knows clusters. */
  expect(take: TakePart): void {
    this.#take = take
  }
}

/** Of this process, where it is one of a slot. */
let seat: SlotSeat | undefined

/** Undefined where this process is not one of a slot. */
export function slotSeat(): SlotSeat | undefined {
  if (!isMainThread || !isSlotProcess()) return undefined
  seat ??= new SlotSeat(deserialize(readFileSync(ORDER_FD)) as SeatOrder, (message) =>
    process.send?.(message),
  )
  return seat
}

function otherEnvironment(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `The program was loaded once more for a part of a job in a cluster, and submits '${name}' in its place.`,
    { remedy: 'Let it submit the same jobs in the same order whenever it runs.' },
  )
}
