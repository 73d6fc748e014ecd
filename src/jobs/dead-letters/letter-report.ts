import type { LetterObstacle } from '../../protocol/dead-letters.ts'

/** Bytes of a record, with its key, that is kept whole. */
export const LARGEST_RECORD = 65_536

/** A dead letter as a job's process tells of it. Its texts hold no secret; its record is as it was. */
export interface LetterReport {
  readonly operator: string
  readonly nodeId: string
  readonly subtask: number
  readonly input: number
  readonly eventTime: number | null
  /** The last checkpoint that had passed where it was given up. */
  readonly after: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly attempts: number
  readonly replays: number
  readonly replayOf: number | null
  readonly text: string
  readonly record: string
  readonly key: string | null
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string }
  readonly stack: string | null
  readonly cause: string | null
  /** The record and its key, in the serialisation of V8 and base64; null: it cannot be put back. */
  readonly parcel: string | null
  readonly obstacle: LetterObstacle | null
}

/** A record on its way back to the job. */
export interface LetterParcel {
  readonly letter: number
  readonly nodeId: string
  readonly subtask: number
  readonly input: number
  readonly eventTime: number | null
  readonly replays: number
  readonly parcel: string
}
