import type { ExitCode } from './loop-state.ts'
import type { RecordInHand } from './record-in-hand.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<StrandParts, 'stages' | 'letters'>

/** Puts records back into the strand that gave them up: between two records of its head, and before the next barrier. */
export class PutBack {
  readonly #parts: Parts
  readonly #hand: RecordInHand

  constructor(parts: Parts, hand: RecordInHand) {
    this.#parts = parts
    this.#hand = hand
  }

  /** Whether the strand has that operator, and still takes records. */
  takes(nodeId: string): boolean {
    return !this.#parts.letters.closed && this.#stageOf(nodeId) !== -1
  }

  /** A record waits, or is at work. */
  get any(): boolean {
    return this.#parts.letters.any
  }

  /** A record waits, and every stage can take one now. */
  get due(): boolean {
    const { letters, stages } = this.#parts
    return letters.waiting && stages.every(({ ready, finished }) => ready !== false && finished !== true)
  }

  /** The next goes in before the operator that gave it up. A batched sink is two stages: it goes in before its batch. */
  next(): ExitCode {
    const replay = this.#parts.letters.take()
    return this.#hand.putBack(this.#stageOf(replay.nodeId), replay)
  }

  #stageOf(nodeId: string): number {
    return this.#parts.stages.findIndex(({ node }) => node.id === nodeId)
  }
}
