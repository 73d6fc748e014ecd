import type { ExitCode, LoopState } from './loop-state.ts'

/** Where a loop reads its records from. */
export type HeadKind = 'chunk' | 'iterator' | 'pull'

/** One fused chain of operators: runs records through all its stages, one record at a time. */
export type Loop = (state: LoopState) => ExitCode

/** Takes the records that leave the chain. True when a chunk is full and must be sent. */
export interface Emitter {
  /** Whether it wants the record's event time in the state. */
  readonly timed: boolean
  push(value: unknown, key: unknown, state: LoopState): boolean
}
