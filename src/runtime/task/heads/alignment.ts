import type { Barrier } from '../../flow-control/packet.ts'
import type { Inlet } from './inlet.ts'

/**
 * Barriers over several inputs: an input whose barrier has come is not read until those of all others have. What comes
 * back in a feedback loop is not waited for.
 */
export class Alignment {
  readonly #inlets: readonly Inlet[]
  #pending: Barrier | null = null
  /** Asked for; counts when no channel is left that could bring it. */
  #requested: Barrier | null = null
  /** Checkpoints up to this one were given up: their barriers mean nothing. */
  #cancelled = -1

  constructor(inlets: readonly Inlet[]) {
    this.#inlets = inlets
  }

  /** Some inputs wait for others. */
  get pending(): boolean {
    return this.#pending !== null
  }

  /** The barrier that has come by every input, or null. */
  get complete(): Barrier | null {
    const barrier = this.#pending ?? this.#requested
    if (barrier === null) return null
    const blocks = this.#pending === null
    for (const inlet of this.#inlets) {
      if (inlet.feedback || inlet.spent || (!blocks && inlet.blocked)) continue
      return null
    }
    return barrier
  }

  request(barrier: Barrier): void {
    this.#requested = barrier
  }

  /** A barrier has come by that inlet. */
  arrive(inlet: Inlet, barrier: Barrier): void {
    if (barrier.checkpoint <= this.#cancelled) return
    if (this.#pending !== null && barrier.checkpoint < this.#pending.checkpoint) return
    if (this.#pending === null || barrier.checkpoint > this.#pending.checkpoint) this.#release()
    this.#pending = barrier
    inlet.blocked = true
  }

  /** The barrier has been taken. */
  passed(): void {
    this.#release()
    this.#requested = null
  }

  cancel(checkpoint: number): void {
    this.#cancelled = checkpoint
    if (this.#pending !== null && this.#pending.checkpoint <= checkpoint) this.#release()
    if (this.#requested !== null && this.#requested.checkpoint <= checkpoint) this.#requested = null
  }

  #release(): void {
    this.#pending = null
    for (const inlet of this.#inlets) inlet.blocked = false
  }
}
