import type { StateTable } from './state-table.ts'

export interface TableOptions {
  /** Of the values' form; default 1. */
  readonly version?: number
  /** Brings a value that was saved by an older version into the form of this one. */
  readonly migrate?: (value: unknown, from: number) => unknown
}

/** State that is small and is saved whole. */
export interface SavedValue {
  /** Plain data, as structured clone takes it; undefined: nothing to save. Called at a barrier. */
  save(): unknown
  /** What was saved comes back, before `open`. */
  load(saved: unknown): unknown
  /**
   * What to load when the operator had another parallelism: what subtask `index` of `parallelism` takes of all that its
   * predecessors saved, in their order; undefined: nothing. Without it, the parallelism cannot change.
   */
  redeal?(saved: readonly unknown[], index: number, parallelism: number): unknown
}

/**
 * What one stage in one subtask keeps across a crash. A stage names its state when it is built, and uses it from
 * `open` on: by then what a checkpoint held is back. Without checkpoints it costs nothing and saves nothing.
 */
export interface StageState {
  /** State by key. A name is used once per stage. */
  table<V>(name: string, options?: TableOptions): StateTable<V>
  /** State as a whole. A name is used once per stage. */
  value(name: string, saved: SavedValue): void
}
