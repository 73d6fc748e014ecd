import type { Barrier, Watermark } from '../flow-control/packet.ts'
import type { LoopState } from './loop-state.ts'
import type { Commit } from './signal-pass.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<StrandParts, 'stages' | 'head' | 'source'>

/** A signal, and the first stage it has to pass. */
interface Begun {
  readonly signal: Watermark | Barrier | Commit
  readonly from: number
}

/** What a strand has to do though no record comes: timers, watermarks of its own, checkpoints. */
export class OwnWork {
  readonly #parts: Parts
  /** Indexes of stages with timers. */
  readonly #timed: readonly number[]
  /** The stage where watermarks begin, or -1. */
  readonly #clock: number
  #watermark = -Infinity
  #idle = false
  /** A source is to take this barrier. */
  #barrier: Barrier | null = null
  #commit = -1

  constructor(parts: Parts) {
    this.#parts = parts
    this.#timed = parts.stages.flatMap((stage, op) => ('due' in stage ? [op] : []))
    this.#clock = parts.stages.findIndex((stage) => stage.generates !== undefined)
  }

  get any(): boolean {
    return this.due !== -1 || this.#timeHasCome || this.#barrier !== null || this.#commit !== -1
  }

  /** A stage whose timer has fired, or -1. */
  get due(): number {
    for (const op of this.#timed) if (this.#parts.stages[op]!.due === true) return op
    return -1
  }

  /** The strand waits for input, and for nothing else. */
  idle(): void {
    for (const stage of this.#parts.stages) stage.idle?.()
  }

  /** A checkpoint begins. */
  trigger(barrier: Barrier): void {
    const { head } = this.#parts
    if (head.trigger === undefined) this.#barrier = barrier
    else head.trigger(barrier)
  }

  cancelBarrier(checkpoint: number): void {
    if (this.#barrier !== null && this.#barrier.checkpoint <= checkpoint) this.#barrier = null
    this.#parts.head.cancelBarrier?.(checkpoint)
  }

  /** Checkpoints up to this one are safe. */
  commit(checkpoint: number): void {
    this.#commit = Math.max(this.#commit, checkpoint)
  }

  /** The signal that begins here now, or null. */
  signal(state: LoopState): Begun | null {
    if (this.#timeHasCome) return this.#moveTime()
    if (this.#commit !== -1) return this.#beginCommit()
    const barrier = this.#barrier
    if (barrier === null || this.#parts.head.mayPass?.(state) === false) return null
    this.#barrier = null
    return { signal: barrier, from: 0 }
  }

  get #timeHasCome(): boolean {
    if (this.#clock === -1) return false
    const { next, idle } = this.#parts.stages[this.#clock]!.generates!
    return next > this.#watermark || idle !== this.#idle
  }

  #moveTime(): Begun {
    const { next, idle } = this.#parts.stages[this.#clock]!.generates!
    this.#watermark = next
    this.#idle = idle
    return { signal: { kind: 'watermark', time: next, idle }, from: this.#clock + 1 }
  }

  #beginCommit(): Begun {
    const checkpoint = this.#commit
    this.#commit = -1
    return { signal: { kind: 'commit', checkpoint }, from: 0 }
  }
}
