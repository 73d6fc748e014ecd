import type { CheckpointMember } from '../../runtime/checkpoint/checkpoint-host.ts'
import type { Barrier } from '../../runtime/flow-control/packet.ts'

/**
 * The inputs of a region among the members of its checkpoints: barriers go in where they have been read to, in the same
 * moment in which sources are told of them.
 */
export class InputMember implements CheckpointMember {
  readonly name = 'inputs'
  readonly places: readonly never[] = []
  readonly #begin: (barrier: Barrier, member: CheckpointMember) => void

  /** @param begin sends the barrier into the region, and says that it has passed here */
  constructor(begin: (barrier: Barrier, member: CheckpointMember) => void) {
    this.#begin = begin
  }

  partsAtBarrier(): readonly never[] {
    return []
  }

  partsAtEnd(): readonly never[] {
    return []
  }

  trigger(barrier: Barrier): void {
    this.#begin(barrier, this)
  }

  cancelBarrier(): void {}

  commit(): void {}
}
