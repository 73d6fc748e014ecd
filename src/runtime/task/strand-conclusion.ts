import { isThenable } from '../../util/is-thenable.ts'
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
  #abandoned = false
  /** The hook under way. */
  #hook: unknown = undefined

  constructor(parts: Parts, checkpoints: StrandCheckpoints) {
    this.#parts = parts
    this.#checkpoints = checkpoints
  }

  /** Nothing has to be waited for. */
  get immediate(): boolean {
    const { stages, host } = this.#parts
    return host.checkpoints === null && stages.every((stage) => stage.barrier === undefined)
  }

  /** The attempt is over: what has not begun is left to the next. Returns what is still under way. */
  abandon(): PromiseLike<unknown> | null {
    this.#abandoned = true
    return isThenable(this.#hook) ? this.#hook : null
  }

  async run(): Promise<void> {
    const { stages, outputs, host } = this.#parts
    const { final } = this.#checkpoints
    if (final === null) {
      for (const stage of stages) await this.#call(() => stage.barrier?.(Infinity))
      if (this.#abandoned) return
      // What must not be seen before it is safe waits for that; everybody else has ended.
      const waits = stages.some((stage) => stage.committed !== undefined)
      // Whoever reads this strand (dead letters, side outputs) has to end as well, before anything is safe.
      if (waits) outputs.complete()
      await host.checkpoints?.ended(this.#checkpoints, waits)
    } else {
      // All is ready and captured behind the last barrier.
      await host.checkpoints?.safe(final.checkpoint)
    }
    for (const stage of stages) await this.#call(() => stage.committed?.(Infinity))
  }

  async #call(hook: () => unknown): Promise<void> {
    if (this.#abandoned) return
    this.#hook = hook()
    await this.#hook
    this.#hook = undefined
  }
}
