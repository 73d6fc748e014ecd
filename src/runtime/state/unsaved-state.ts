import type { StageState } from './stage-state.ts'
import { StateTable } from './state-table.ts'

/** The state of a stage in a job without checkpoints. */
export class UnsavedState implements StageState {
  table<V>(): StateTable<V> {
    return new StateTable<V>()
  }

  value(): void {}
}
