import type { HeadKind } from '../loop.ts'
import type { LoopState } from '../loop-state.ts'

/** What a strand's loop reads: channels, the pool of calls in flight, or a source. */
export interface Head {
  readonly kind: HeadKind
  /** Async preparation before anything runs. */
  open?(): unknown
  /**
   * Makes at most `quantum` records readable in the state. `idle`: nothing now, the head wakes the strand.
   * `ended`: nothing ever again.
   */
  fill(state: LoopState, quantum: number): 'ready' | 'idle' | 'ended'
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
}
