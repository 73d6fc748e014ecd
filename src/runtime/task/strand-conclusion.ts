import type { StrandCheckpoints } from './strand-checkpoints.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<StrandParts, 'stages' | 'outputs' | 'host'>

/**
 * The end of a strand, where what it has done must not be done again, or not be seen before it is safe: made ready,
 * written down, made visible.
 */
export class StrandConclusion {
  readonly #parts: Parts
  readonly #checkpoints: StrandCheckpoints

  constructor(parts: Parts, checkpoints: StrandCheckpoints) {
    this.#parts = parts
    this.#checkpoints = checkpoints
  }

  /** Nothing has to be waited for. */
  get immediate(): boolean {
    const { stages, host } = this.#parts
    return host.checkpoints === null && stages.every((stage) => stage.barrier === undefined)
  }

  async run(): Promise<void> {
    const { stages, outputs, host } = this.#parts
    const { final } = this.#checkpoints
    if (final === null) {
      for (const stage of stages) await stage.barrier?.(Infinity)
      // What must not be seen before it is safe waits for that; everybody else has ended.
      const waits = stages.some((stage) => stage.committed !== undefined)
      // Whoever reads this strand (dead letters, side outputs) has to end as well, before anything is safe.
      if (waits) outputs.complete()
      await host.checkpoints?.ended(this.#checkpoints, waits)
    } else {
      // All is ready and captured behind the last barrier.
      await host.checkpoints?.safe(final.checkpoint)
    }
    for (const stage of stages) await stage.committed?.(Infinity)
  }
}
