import type { CheckpointMember, StatePlaces } from '../checkpoint/checkpoint-host.ts'
import { type OperatorPart, partsAtBarrier, partsAtEnd, placesOf } from '../checkpoint/strand-part.ts'
import type { Waker } from '../flow-control/channel.ts'
import type { Barrier } from '../flow-control/packet.ts'
import type { LoopState } from './loop-state.ts'
import type { Commit } from './signal-pass.ts'
import { publishBooks } from './strand-books.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<
  StrandParts,
  'node' | 'ledger' | 'head' | 'stages' | 'state' | 'source' | 'letters' | 'host'
>

/**
 * A strand's part in checkpoints: which barriers and commits are to begin in it, what it tells of itself when a barrier
 * stands in it, and whether that was the last. `halt` is called then, when nothing is to come any more.
 */
export class StrandCheckpoints implements CheckpointMember {
  /** The barrier of a stop with savepoint, once it has passed: the strand ends behind it, and nothing is flushed. */
  final: Barrier | null = null
  readonly #parts: Parts
  readonly #waker: Waker
  readonly #halt: () => void
  readonly #commits: boolean
  /** A source is to take this barrier. */
  #barrier: Barrier | null = null
  #commit = -1

  constructor(parts: Parts, waker: Waker, halt: () => void) {
    this.#parts = parts
    this.#waker = waker
    this.#halt = halt
    this.#commits = parts.stages.some((stage) => stage.committed !== undefined)
  }

  get name(): string {
    return this.#parts.node.name
  }

  get places(): readonly StatePlaces[] {
    return placesOf(this.#parts.ledger)
  }

  partsAtBarrier(whole: boolean): readonly OperatorPart[] {
    return partsAtBarrier(this.#parts.ledger, whole)
  }

  partsAtEnd(): readonly OperatorPart[] {
    return partsAtEnd(this.#parts.ledger)
  }

  /** Brings back what a checkpoint held. True when the strand had ended by then. */
  async restore(): Promise<boolean> {
    const { host, head } = this.#parts
    const restored = await host.checkpoints?.restore(this.#parts.ledger)
    if (restored === undefined) return false
    await head.restore?.(restored)
    return restored.ended
  }

  trigger(barrier: Barrier): void {
    const { head } = this.#parts
    if (head.trigger === undefined) this.#barrier = barrier
    else head.trigger(barrier)
    this.#waker.wake()
  }

  cancelBarrier(checkpoint: number): void {
    if (this.#barrier !== null && this.#barrier.checkpoint <= checkpoint) this.#barrier = null
    this.#parts.head.cancelBarrier?.(checkpoint)
    this.#waker.wake()
  }

  commit(checkpoint: number): void {
    if (!this.#commits) return
    this.#commit = Math.max(this.#commit, checkpoint)
    this.#waker.wake()
  }

  /** Something is to begin here, perhaps not yet. */
  get any(): boolean {
    return this.#barrier !== null || this.#commit !== -1
  }

  /** Takes what is to begin here now, or null. */
  next(state: LoopState): Barrier | Commit | null {
    if (this.#commit !== -1) {
      const checkpoint = this.#commit
      this.#commit = -1
      return { kind: 'commit', checkpoint }
    }
    const barrier = this.#barrier
    if (barrier === null || this.#parts.head.mayPass?.(state) === false) return null
    this.#barrier = null
    return barrier
  }

  /** The barrier has passed all stages: what is to be saved is captured before this returns. */
  passed(barrier: Barrier): void {
    const { stages, state, source, letters, head, host } = this.#parts
    letters.passed(barrier.checkpoint)
    publishBooks(stages, state, source?.book ?? null)
    const inside = head.inside?.(barrier) ?? null
    host.checkpoints?.passed(this, barrier, inside)
    head.passed?.(barrier)
    if (!barrier.final) return
    this.final = barrier
    letters.close()
    if (inside === null) this.#halt()
    else void inside.then(this.#halt)
  }
}
