import type { PortableError } from '../../errors/portable-error.ts'
import type { LogReport } from '../../services/remote/messages.ts'
import type { BlobRef, CheckpointManifest } from '../../storage/checkpoint-store.ts'
import type { GivenUp, Replay } from '../dead-letters/given-up.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { SavedState } from '../state/state-capture.ts'
import type { ThreadReport } from './thread-report.ts'

/** What a checkpoint holds of the operators that a thread has a part in. */
export interface ThreadOrigin {
  readonly manifest: CheckpointManifest
  /** Whether later checkpoints may refer to its bytes. */
  readonly reusable: boolean
}

/** From a job to one of its threads. */
export type ThreadOrder =
  | { readonly type: 'open'; readonly origin: ThreadOrigin | null }
  | { readonly type: 'start' }
  /** Its sources end. */
  | { readonly type: 'stop' }
  | { readonly type: 'barrier'; readonly strand: string; readonly barrier: Barrier }
  | { readonly type: 'cancelBarrier'; readonly checkpoint: number }
  | { readonly type: 'commit'; readonly checkpoint: number }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly error: PortableError }
  /** To put a record back that was given up there. */
  | { readonly type: 'replay'; readonly replay: Replay }
  /** To say how it gets on. `notes`: how many log lines and letters of its have been heard. */
  | { readonly type: 'ping'; readonly count: number; readonly notes: number }
  /** To end as it stands. `reason`: the job has failed or was cancelled; null: it has ended. */
  | { readonly type: 'close'; readonly reason: PortableError | null }

/** A strand as it is in its thread. */
export interface ThreadStrand {
  readonly id: string
  /** Names of state that it has a place for, by operator. */
  readonly states: readonly { readonly stateId: string; readonly names: readonly string[] }[]
}

/** What one strand saves for one operator. */
export interface ThreadPart {
  readonly stateId: string
  readonly subtask: number
  readonly book: Readonly<Record<string, number>>
}

/** What it had written by the time it told of it. */
export interface WrittenThreadPart extends ThreadPart {
  readonly saved: SavedState
}

/** What it leaves behind at its end. */
export interface EndedThreadPart extends ThreadPart {
  readonly values: ReadonlyMap<string, Uint8Array>
}

/** What a thread asks the job for. */
export type ThreadQuestion =
  | { readonly what: 'put'; readonly checkpoint: number; readonly bytes: Uint8Array }
  | { readonly what: 'read'; readonly ref: BlobRef }
  | { readonly what: 'safe'; readonly checkpoint: number }
  | {
      readonly what: 'ended'
      readonly strand: string
      readonly waits: boolean
      readonly parts: readonly EndedThreadPart[]
    }
  | {
      readonly what: 'call'
      readonly operator: string
      readonly service: string
      readonly method: string
      readonly args: readonly unknown[]
      /** Undefined: the environment's. */
      readonly timeout: number | undefined
    }

export type PortableLetter = Omit<GivenUp, 'error'> & { readonly error: PortableError }

/** From a thread to its job. */
export type ThreadNews =
  | { readonly type: 'seated'; readonly strands: readonly ThreadStrand[] }
  /** It cannot take part. */
  | { readonly type: 'refused'; readonly error: PortableError }
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: PortableError }
  | { readonly type: 'ended'; readonly strand: string; readonly report: ThreadReport }
  | { readonly type: 'pong'; readonly count: number; readonly report: ThreadReport }
  | { readonly type: 'closed'; readonly report: ThreadReport }
  | {
      readonly type: 'passed'
      readonly strand: string
      readonly barrier: Barrier
      readonly parts: readonly WrittenThreadPart[]
    }
  | { readonly type: 'notSaved'; readonly checkpoint: number; readonly error: PortableError }
  | { readonly type: 'ask'; readonly id: number; readonly question: ThreadQuestion }
  /** The job need not wait for the answer: nobody does any more. */
  | { readonly type: 'forget'; readonly id: number }
  /** Records are put back. `after`: the last checkpoint that had passed there. */
  | { readonly type: 'replayed'; readonly letters: readonly number[]; readonly after: number }
  /** Records cannot be put back now. */
  | { readonly type: 'notReplayed'; readonly letters: readonly number[] }
  /** A dead letter that nobody in the program reads. */
  | { readonly type: 'letter'; readonly letter: PortableLetter }
  | LogReport
