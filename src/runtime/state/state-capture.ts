import type { SubtaskManifest } from '../../storage/checkpoint-store.ts'
import type { TableCapture } from './table-capture.ts'

/** Where the state of one operator in one subtask is in the store. */
export type SavedState = Pick<SubtaskManifest, 'values' | 'tables'>

/** The state of one operator in one subtask as it was at a barrier. Exactly one of `succeeded` and `abort` ends it. */
export class StateCapture {
  /** Bytes by name. */
  readonly values: ReadonlyMap<string, Uint8Array>
  readonly tables: ReadonlyMap<string, TableCapture>
  /** Where it is already, where whoever took it has written it; else null. */
  readonly saved: SavedState | null

  constructor(
    values: ReadonlyMap<string, Uint8Array>,
    tables: ReadonlyMap<string, TableCapture>,
    saved: SavedState | null = null,
  ) {
    this.values = values
    this.tables = tables
    this.saved = saved
  }

  /** The checkpoint is safe, and has the state there: the next needs only what differs. */
  succeeded({ tables }: SavedState): void {
    for (const [name, capture] of this.tables) capture.succeeded(tables[name] ?? [])
  }

  /** There is no such checkpoint: the next has what this one had. */
  abort(): void {
    for (const capture of this.tables.values()) capture.abort()
  }
}
