import { toPortableError } from '../../errors/portable-error-codec.ts'
import type {
  CheckpointHost,
  CheckpointMember,
  RestoredStrand,
} from '../../runtime/checkpoint/checkpoint-host.ts'
import type { LedgerEntry } from '../../runtime/checkpoint/ledger.ts'
import type { ManifestOperator } from '../../runtime/checkpoint/pending-checkpoint.ts'
import { RestoredJob } from '../../runtime/checkpoint/restored-job.ts'
import type { OperatorPart } from '../../runtime/checkpoint/strand-part.ts'
import type { Barrier } from '../../runtime/flow-control/packet.ts'
import type { SavedState } from '../../runtime/state/state-capture.ts'
import { writeCaptures } from '../../runtime/state/write-captures.ts'
import type { ThreadOrigin } from '../../runtime/threads/thread-messages.ts'
import type { BlobRef } from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import type { JobLine } from './job-line.ts'

interface Written {
  readonly checkpoint: number
  readonly parts: readonly OperatorPart[]
  /** Null: it is being written. */
  saved: readonly SavedState[] | null
}

/**
 * Takes the coordinator's place in a thread. What strands give at a barrier is written from here, and told of when it is;
 * the coordinator decides, and knows when a checkpoint is safe.
 */
export class ThreadCheckpoints implements CheckpointHost {
  restored: RestoredJob | null = null
  readonly #line: JobLine
  readonly #clock: Clock
  readonly #idOf: (member: CheckpointMember) => string
  /** Of the checkpoint that is being taken: at most one for each strand. */
  #written: Written[] = []

  constructor(line: JobLine, clock: Clock, idOf: (member: CheckpointMember) => string) {
    this.#line = line
    this.#clock = clock
    this.#idOf = idOf
  }

  /** What the strands go on from. */
  begin({ manifest, reusable }: ThreadOrigin, operators: readonly ManifestOperator[]): void {
    const read = (ref: BlobRef): Promise<Uint8Array> =>
      this.#line.ask({ what: 'read', ref }) as Promise<Uint8Array>
    const loaded = { manifest, read, close: async () => {} }
    const turn = (): Promise<void> => new Promise((resolve) => void this.#clock.setImmediate(resolve))
    // What is lost is told of where the job is.
    this.restored = new RestoredJob(loaded, { operators, reusable, own: true, turn, onLost: () => {} })
  }

  async restore(ledger: readonly LedgerEntry[]): Promise<RestoredStrand | undefined> {
    return this.restored?.restore(ledger)
  }

  /** No feedback loop begins in a thread: nothing is inside one. */
  passed(member: CheckpointMember, barrier: Barrier): void {
    const { checkpoint } = barrier
    try {
      const written: Written = { checkpoint, parts: member.partsAtBarrier(barrier.full), saved: null }
      this.#written.push(written)
      this.#write(this.#idOf(member), barrier, written).catch((error: unknown) =>
        this.notSaved(checkpoint, error),
      )
    } catch (error) {
      this.notSaved(checkpoint, error)
    }
  }

  async ended(member: CheckpointMember, waits: boolean): Promise<void> {
    const parts = member.partsAtEnd().map(({ stateId, subtask, book, state }) => ({
      stateId,
      subtask,
      book,
      values: state.values,
    }))
    await this.#line.ask({ what: 'ended', strand: this.#idOf(member), waits, parts })
  }

  async safe(checkpoint: number): Promise<void> {
    await this.#line.ask({ what: 'safe', checkpoint })
  }

  async put(checkpoint: number, bytes: Uint8Array): Promise<BlobRef> {
    return (await this.#line.ask({ what: 'put', checkpoint, bytes })) as BlobRef
  }

  notSaved(checkpoint: number, error: unknown): void {
    this.#line.tell({ type: 'notSaved', checkpoint, error: toPortableError(error) })
  }

  /** Checkpoints up to this one are safe. */
  commit(checkpoint: number): void {
    this.#forget(checkpoint, ({ parts, saved }) => {
      for (const [i, { state }] of parts.entries()) {
        if (saved === null) state.abort()
        else state.succeeded(saved[i]!)
      }
    })
  }

  /** Checkpoints up to this one are given up. */
  cancel(checkpoint: number): void {
    this.#forget(checkpoint, ({ parts }) => {
      for (const { state } of parts) state.abort()
    })
  }

  #forget(checkpoint: number, end: (written: Written) => void): void {
    const over = this.#written.filter((written) => written.checkpoint <= checkpoint)
    this.#written = this.#written.filter((written) => written.checkpoint > checkpoint)
    for (const written of over) end(written)
  }

  async #write(strand: string, barrier: Barrier, written: Written): Promise<void> {
    const put = (bytes: Uint8Array): Promise<BlobRef> => this.put(barrier.checkpoint, bytes)
    const { parts } = written
    const saved = await writeCaptures(
      parts.map(({ state }) => state),
      put,
      this.#clock,
    )
    if (!this.#written.includes(written)) return
    written.saved = saved
    this.#line.tell({
      type: 'passed',
      strand,
      barrier,
      parts: parts.map(({ stateId, subtask, book }, i) => ({ stateId, subtask, book, saved: saved[i]! })),
    })
  }
}
