import type { BlobRef, CheckpointManifest } from '../../storage/checkpoint-store.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { RestoredHead } from '../task/heads/head.ts'
import type { LoggedChunk } from '../task/heads/loop-log.ts'
import type { LedgerEntry } from './ledger.ts'
import type { OperatorPart } from './strand-part.ts'

/** The state of one operator that a strand has. */
export interface StatePlaces {
  readonly stateId: string
  readonly names: readonly string[]
}

/** A strand as checkpoints know it. */
export interface CheckpointMember {
  /** Of the operator or source it begins with. */
  readonly name: string
  /** What it has a place for, by operator. */
  readonly places: readonly StatePlaces[]
  /** At a barrier. @param whole even what has not changed since the last checkpoint. @throws StateSaveError */
  partsAtBarrier(whole: boolean): readonly OperatorPart[]
  /** When it has ended. @throws StateSaveError */
  partsAtEnd(): readonly OperatorPart[]
  /** A checkpoint begins: the barrier passes when its turn has come. A strand that ends first says so instead. */
  trigger(barrier: Barrier): void
  /** Checkpoints up to this one are given up. */
  cancelBarrier(checkpoint: number): void
  /** Checkpoints up to this one are safe. */
  commit(checkpoint: number): void
}

/** What a checkpoint holds of a strand, apart from its state. */
export interface RestoredStrand extends RestoredHead {
  /** It had ended, and has nothing more to do. */
  readonly ended: boolean
}

/** What an attempt goes on from. */
export interface Origin {
  readonly manifest: CheckpointManifest
  /** Whether later checkpoints may refer to its bytes. */
  readonly reusable: boolean
  read(ref: BlobRef): Promise<Uint8Array>
}

/** Whom strands tell that a barrier has passed them, and that they have ended. */
export interface CheckpointHost {
  /**
   * Brings a strand's books and state back, before it is opened. Undefined when the job begins afresh.
   * @throws StateVersionError, CheckpointCorruptError
   */
  restore(ledger: readonly LedgerEntry[]): Promise<RestoredStrand | undefined>
  /**
   * The barrier stands in the strand, which goes on when this returns: what is to be saved must be captured by then.
   * @param inside what is inside the feedback loop that begins here, once it is known; null where none does.
   */
  passed(member: CheckpointMember, barrier: Barrier, inside: Promise<readonly LoggedChunk[]> | null): void
  /**
   * The strand has ended normally: it has nothing more to do, also when the job goes on after a crash.
   * @param waits whether it waits until that is safely written down.
   * @returns a promise of that; rejects when the job is over before. Resolves at once for who does not wait.
   */
  ended(member: CheckpointMember, waits: boolean): Promise<void>
  /** Writes what is to be part of the checkpoint that is being taken. Rejects when that is given up. */
  put(checkpoint: number, bytes: Uint8Array): Promise<BlobRef>
  /** A part of it could not be written: it is given up. */
  notSaved(checkpoint: number, error: unknown): void
  /** What the attempt goes on from; null: it begins afresh. */
  readonly restored: Origin | null
  /** Resolves when that checkpoint is safe; rejects when it is given up. */
  safe(checkpoint: number): Promise<void>
}
