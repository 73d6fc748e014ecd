import type { Cell, Inputs, Step, WorkloadName } from '../throughput/workloads.ts'

/**
 * One way to run the workloads. An implementation reads the array it is given through the library's own source for
 * arrays, and leaves in the cell what the hand-written loop leaves there; the child compares the two and throws when
 * they differ.
 */
export interface Library {
  readonly workloads: {
    readonly [Name in WorkloadName]?: (input: Inputs[Name], cell: Cell) => void | Promise<void>
  }
  /** A pipeline of any shape, for pollution, start-up and growth. Sums what comes out into the cell. */
  readonly chain: (input: readonly number[], steps: readonly Step[], cell: Cell) => void | Promise<void>
}
