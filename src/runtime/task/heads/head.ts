import type { Barrier, Signal } from '../../flow-control/packet.ts'
import type { LoggedChunk } from './loop-log.ts'
import type { HeadKind } from '../loop.ts'
import type { LoopState } from '../loop-state.ts'

/**
 * What a head has: records, nothing now (it wakes the strand), a signal, or nothing ever again.
 */
export type HeadStatus = 'ready' | 'idle' | 'signal' | 'ended'

/** What a checkpoint says of a head. */
export interface RestoredHead {
  /** Records the source had given, over all its subtasks. */
  readonly given: number
  /** What was inside the feedback loop that begins here. */
  readonly inside: readonly LoggedChunk[]
  /** Resolves when the event loop has turned. */
  readonly turn: () => Promise<void>
}

/** What a strand's loop reads: channels, the pool of calls in flight, or a source. */
export interface Head {
  readonly kind: HeadKind
  /** Async preparation before anything runs. */
  open?(): unknown
  /**
   * Makes at most `quantum` records readable in the state, or says what there is instead.
   */
  fill(state: LoopState, quantum: number): HeadStatus
  /** The signal that `fill` has announced: everything before it has been read. */
  takeSignal?(): Signal
  /**
   * A checkpoint begins. Where barriers come by channel this one counts only when none will, because all channels have
   * ended. Heads without it are sources: their strand takes the barrier where they stand.
   */
  trigger?(barrier: Barrier): void
  /** Whether a source can take a barrier just now; absent: always. */
  mayPass?(state: LoopState): boolean
  /** A promise that pulling gave has been taken in. */
  answered?(): void
  /** Before `open`: goes on where a checkpoint has left it. */
  restore?(restored: RestoredHead): unknown
  /** What is inside the feedback loop that begins here when a barrier passes, once it has come round; null: no loop. */
  inside?(barrier: Barrier): Promise<readonly LoggedChunk[]> | null
  /** The strand has taken the barrier. */
  passed?(barrier: Barrier): void
  /** Checkpoints up to this one are given up: nobody is held back for them. */
  cancelBarrier?(checkpoint: number): void
  /**
   * End early but normally, as if the input had run dry. Only sources do something. `drains`: it was given records
   * that it has yet to hand on, and ends by itself when it has.
   */
  stop?(): 'drains' | void
  /**
   * No more is wanted: upstream is cancelled, iterators are returned. What it had taken in and the loop did not read
   * is reported by `unread`; what else it holds gets the fate given. The promise is of the user's own clean-up.
   */
  cancel(state: LoopState, fate: 'dropped' | 'unfinished'): unknown
  /** Settles when nothing of the user's is under way any more; undefined when nothing is. */
  settled?(): Promise<void> | undefined
  /** After the end, on every outcome. */
  close?(): unknown
  /** Records taken in and never read, once cancelled. */
  readonly unread: number
  /** Records this head holds now. */
  readonly held: number
  /** There is something to read. Absent: as far as anybody knows, always. */
  readonly hasMore?: boolean
}
