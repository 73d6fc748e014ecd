import type { Barrier, Chunk } from '../../flow-control/packet.ts'
import type { Inlet } from './inlet.ts'

/** Records that were inside a feedback loop, as a checkpoint keeps them. */
export interface LoggedChunk {
  readonly input: number
  readonly records: readonly unknown[]
  readonly keys: readonly unknown[] | null
  readonly timestamps: Float64Array | null
}

/**
 * What is inside a feedback loop when a barrier passes its head: the records that come back before that barrier does.
 * They are processed as ever, and written down. Bounded by the loop's capacity.
 */
export class LoopLog {
  readonly #inlets: readonly Inlet[]
  #checkpoint = -1
  /** Nothing that comes back is processed any more: the job stops behind this barrier. */
  #final = false
  #chunks: LoggedChunk[] = []
  #done: ((chunks: readonly LoggedChunk[]) => void) | null = null

  constructor(inlets: readonly Inlet[]) {
    this.#inlets = inlets.filter(({ feedback }) => feedback)
  }

  /** Resolves with what was inside, once that barrier has come back; null where there is no loop. */
  begin(barrier: Barrier): Promise<readonly LoggedChunk[]> | null {
    const open = this.#inlets.filter((inlet) => !inlet.spent)
    if (open.length === 0) return null
    this.#checkpoint = barrier.checkpoint
    this.#final = barrier.final
    this.#chunks = []
    for (const inlet of open) inlet.logging = true
    return new Promise((resolve) => (this.#done = resolve))
  }

  /** A chunk has come by that inlet. False when it is to be read no further. */
  note({ logging, input }: Inlet, { records, keys, timestamps, start, size }: Chunk): boolean {
    if (!logging) return !this.#final
    this.#chunks.push({
      input,
      records: records.slice(start, start + size),
      keys: keys === null ? null : keys.slice(0, size),
      timestamps: timestamps === null ? null : timestamps.slice(0, size),
    })
    return !this.#final
  }

  /** A barrier has come back by that inlet. */
  arrive(inlet: Inlet, barrier: Barrier): void {
    if (barrier.checkpoint !== this.#checkpoint) return
    inlet.logging = false
    this.look()
  }

  /** The checkpoint is given up. */
  cancel(checkpoint: number): void {
    if (this.#checkpoint > checkpoint) return
    for (const inlet of this.#inlets) inlet.logging = false
    this.#done = null
    this.#final = false
    this.#chunks = []
  }

  /** An inlet may have ended: then nothing more comes back. */
  look(): void {
    if (this.#done === null || this.#inlets.some((inlet) => inlet.logging && !inlet.spent)) return
    const done = this.#done
    this.#done = null
    done(this.#chunks)
    this.#chunks = []
  }
}
