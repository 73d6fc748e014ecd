import type { CallContext } from '../task/call-context.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { Reply } from './packet.ts'
import type { Epoch } from './signal-line.ts'

/** One call in flight, or its result waiting to be read. Slots are reused. */
export class Slot {
  value: unknown = undefined
  key: unknown = undefined
  input = 0
  timestamp: number = NaN
  /** Which signals it came between. */
  epoch: Epoch = { inside: 0, signal: null }
  reply: Reply | null = null
  /** What its record came in as, where it was put back. */
  replay: Replay | null = null
  result: unknown = undefined
  state: 'free' | 'parked' | 'calling' | 'settled' | 'reading' = 'free'
  failed = false
  attempts = 0
  /** What stands behind it in the pool's line. */
  behind: Slot | null = null
  /** The next call for the same key, which waits for this one. */
  follower: Slot | null = null
  /** Grows with each use, so that an answer that comes after a timeout finds the slot taken by another. */
  generation = 0
  /** A call that has overrun its timeout keeps its own, and leaves the slot with another. */
  context: CallContext
  /** What the promise of a call without a timeout settles; made once, as such a call is the only one of its slot. */
  readonly fulfilled: (value: unknown) => void
  readonly rejected: (error: unknown) => void

  constructor(context: CallContext, settle: (slot: Slot, ok: boolean, value: unknown) => void) {
    this.context = context
    this.fulfilled = (value) => settle(this, true, value)
    this.rejected = (error) => settle(this, false, error)
  }
}
