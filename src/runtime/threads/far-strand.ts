import type { CheckpointMember, StatePlaces } from '../checkpoint/checkpoint-host.ts'
import type { OperatorPart } from '../checkpoint/strand-part.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { DrivenStrand } from '../dispatcher/job-instance.ts'
import type { Barrier } from '../flow-control/packet.ts'
import { StateCapture } from '../state/state-capture.ts'
import type { EndedThreadPart, ThreadOrder, WrittenThreadPart } from './thread-messages.ts'

/** The thread of a strand, as the strand's stand-in here drives it: all strands of it at once. */
export interface StrandThread {
  /** Operators in it are being closed. */
  readonly closing: boolean
  /** Resolves when all its strands are open. */
  open(): Promise<void>
  start(): void
  stop(): void
  /** Resolves when all is closed, and the thread is gone. Never rejects. */
  close(): Promise<void>
  tell(order: ThreadOrder): void
  /** For each checkpoint once. */
  commit(checkpoint: number): void
  cancelBarrier(checkpoint: number): void
}

const noTables = new Map<string, never>()

/** Stands in the process of a job for a strand in one of its threads. */
export class FarStrand implements DrivenStrand, CheckpointMember {
  readonly id: string
  readonly name: string
  readonly source = null
  /** Known once the thread has its seat. */
  places: readonly StatePlaces[] = []
  readonly #thread: StrandThread
  readonly #nodes: readonly string[]
  /** What it has given last. */
  #parts: readonly OperatorPart[] = []

  /** @param nodes of its task */
  constructor(id: string, name: string, nodes: readonly string[], thread: StrandThread) {
    this.#nodes = nodes
    this.id = id
    this.name = name
    this.#thread = thread
  }

  get member(): CheckpointMember {
    return this
  }

  get closing(): boolean {
    return this.#thread.closing
  }

  open(): Promise<void> {
    return this.#thread.open()
  }

  start(): void {
    this.#thread.start()
  }

  stop(): void {
    this.#thread.stop()
  }

  abort(): Promise<void> {
    return this.#thread.close()
  }

  /** What it has counted is told without being asked for. */
  publish(): void {}

  /** Nobody can look at what does not come by here. */
  tapSource(): void {}

  mark(): void {}

  /** The thread knows which of its strands it is for. */
  replay(replay: Replay): boolean {
    if (!this.#nodes.includes(replay.nodeId)) return false
    this.#thread.tell({ type: 'replay', replay })
    return true
  }

  trigger(barrier: Barrier): void {
    this.#thread.tell({ type: 'barrier', strand: this.id, barrier })
  }

  cancelBarrier(checkpoint: number): void {
    this.#thread.cancelBarrier(checkpoint)
  }

  commit(checkpoint: number): void {
    this.#thread.commit(checkpoint)
  }

  /** A barrier has passed it, and what it had is written. */
  gave(parts: readonly WrittenThreadPart[]): void {
    this.#parts = parts.map(({ stateId, subtask, book, saved }) => {
      const state = new StateCapture(new Map(), noTables, saved)
      return { stateId, subtask, ended: false, book, state }
    })
  }

  /** It has ended. */
  left(parts: readonly EndedThreadPart[]): void {
    this.#parts = parts.map(({ stateId, subtask, book, values }) => {
      const state = new StateCapture(values, noTables)
      return { stateId, subtask, ended: true, book, state }
    })
  }

  partsAtBarrier(): readonly OperatorPart[] {
    return this.#parts
  }

  partsAtEnd(): readonly OperatorPart[] {
    return this.#parts
  }
}
