import type { StrandReport } from '../checkpoint/checkpoint-host.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<StrandParts, 'stages' | 'host'>

/**
 * The end of a strand, where what it has done must not be done again, or not be seen before it is safe: made ready,
 * written down, made visible.
 */
export class StrandConclusion {
  readonly #parts: Parts
  /** The last barrier of a stop with savepoint: all is ready and captured by then. */
  #final: Barrier | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Nothing has to be waited for. */
  get immediate(): boolean {
    const { stages, host } = this.#parts
    return host.checkpoints === null && stages.every((stage) => stage.barrier === undefined)
  }

  /** The strand ends behind a barrier. */
  get halting(): boolean {
    return this.#final !== null
  }

  /** The strand ends behind this barrier. */
  halt(barrier: Barrier): void {
    this.#final = barrier
  }

  async run(report: StrandReport): Promise<void> {
    const { stages, host } = this.#parts
    if (this.#final === null) {
      for (const stage of stages) await stage.barrier?.(Infinity)
      // What must not be seen before it is safe waits for that; everybody else has ended.
      const waits = stages.some((stage) => stage.committed !== undefined)
      await host.checkpoints?.ended(report, waits)
    } else {
      await host.checkpoints?.safe(this.#final.checkpoint)
    }
    for (const stage of stages) await stage.committed?.(Infinity)
  }
}
