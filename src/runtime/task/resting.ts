import type { Doing } from '../metrics/activity.ts'
import type { Stage } from './stage.ts'
import type { StrandParts } from './strand-parts.ts'
import type { Waits } from './waits.ts'

type Parts = Pick<StrandParts, 'stages' | 'head' | 'state' | 'outputs' | 'calls'>

/** What a strand does until its next turn. It is asked after every turn, and looks at flags. */
export class Resting {
  readonly #parts: Parts
  readonly #waits: Waits
  /** Stages that may let it wait before they take another record. */
  readonly #gates: readonly Stage[]
  /** The stage before a window of calls, or null. */
  readonly #window: Stage | null

  constructor(parts: Parts, waits: Waits) {
    const { stages, calls } = parts
    this.#parts = parts
    this.#waits = waits
    this.#window = calls === null ? null : (stages.at(-1) ?? null)
    this.#gates = stages.filter((stage) => 'ready' in stage && stage !== this.#window)
  }

  /** The window of calls has no room. */
  get isFull(): boolean {
    return this.#window?.ready === false
  }

  /**
   * A function of the user's that has given a promise is at work, as is a stage that lets records through at a pace of
   * its own. @param isQueued whether it will have another turn: with records left it waits for that alone
   */
  doing(isQueued: boolean): Doing {
    if (this.#waits.any) return this.#waits.forHead ? 'idle' : 'busy'
    const { head, state, outputs } = this.#parts
    if (isQueued && (head.hasMore !== false || state.activeCursor !== null)) return 'busy'
    if (outputs.blocked || this.isFull) return 'held'
    for (const gate of this.#gates) if (gate.ready === false) return 'busy'
    return 'idle'
  }
}
