import type { DeadLetter } from '../../functions/error-policy.ts'

/** A record, and where it goes in again: before the operator that gave it up, in the subtask that did. */
export interface ReplayPlace {
  readonly nodeId: string
  readonly subtask: number
  /** Undefined: it has none. */
  readonly key: unknown
  /** Milliseconds since the epoch; NaN: it has none. */
  readonly eventTime: number
  /** By which input of the operator it came. */
  readonly input: number
}

/** A record that is put back. */
export interface Replay extends ReplayPlace {
  /** Of the letter that it is taken from, as whoever keeps that calls it. */
  readonly letter: number
  readonly record: unknown
  /** How often it has been put back, with this time. */
  readonly times: number
}

/**
 * Why a record cannot be put back: there was none (a timer, an end, a source), or it was a request to a pipeline that is a
 * service, and who asked has been told.
 */
export type Finality = 'no-record' | 'request'

/** A dead letter that nobody in the program reads, and what it takes to put its record back. */
export interface GivenUp extends DeadLetter, ReplayPlace {
  /** The last checkpoint that had passed by then; 0: none. Those behind it have the letter in what they cover. */
  readonly after: number
  /** What it had come in as, where it had been put back; null: it had not. */
  readonly replay: Replay | null
  /** Null: it can be put back. */
  readonly final: Finality | null
}
