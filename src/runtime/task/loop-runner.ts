import type { HeadKind } from './loop.ts'
import { Exit, type ExitCode, HEAD, type LoopState } from './loop-state.ts'
import type { HeadStatus } from './heads/head.ts'
import type { Pace } from './pace.ts'
import { inertIterator, inertPull } from './strand-books.ts'
import type { StrandParts } from './strand-parts.ts'

type Parts = Pick<StrandParts, 'head' | 'state' | 'loop' | 'round' | 'source'>

/** Looks at what a source gives: called when its head has made something readable in the state. Never throws. */
export interface HeadTap {
  look(state: LoopState, kind: HeadKind): void
}

/** Lets a strand's loop run for a round: on what the head has, or on what stages have emitted of their own accord. */
export class LoopRunner {
  readonly #parts: Parts
  readonly #pace: Pace
  /** Null while nobody looks. */
  tap: HeadTap | null = null
  /** The head has made records readable, and nothing else has had its turn since. */
  #filled = false

  constructor(parts: Parts, pace: Pace) {
    this.#parts = parts
    this.#pace = pace
  }

  /**
   * Asks the head for records. `failed`: a source threw, as `op` and `result` of the state tell; what other heads throw
   * ends the job as it is.
   */
  fill(): HeadStatus | 'failed' {
    const { head, state, round, source } = this.#parts
    this.#filled = false
    try {
      const status = head.fill(state, round ?? this.#pace.quantum)
      this.#filled = status === 'ready'
      if (this.tap !== null && this.#filled) this.tap.look(state, head.kind)
      return status
    } catch (error) {
      if (source === null) throw error
      state.op = HEAD
      state.result = error
      return 'failed'
    }
  }

  /** The strand looks for work: what the head had made readable is read no further until it is asked again. */
  leaveHead(): void {
    this.#filled = false
  }

  /** Runs on the cursors; once they have none on records of the head, where that is still good for any. */
  run(): ExitCode {
    if (!this.#filled) return this.#drain()
    const { head, state, loop } = this.#parts
    const { quantum } = this.#pace
    state.budget = quantum
    const inChunk = head.kind === 'chunk' && state.activeCursor === null
    this.#pace.begin(inChunk ? state.limit - state.index : quantum)
    return loop.run(state)
  }

  /** Runs on the cursors alone: timers and signals may not let the head be read past them. */
  #drain(): ExitCode {
    const { state, loop } = this.#parts
    // A stage that takes no record now must not have the strand wait: perhaps none is left.
    if (state.activeCursor === null) return Exit.pause
    const { limit } = state
    this.seal()
    state.budget = this.#pace.quantum
    this.#pace.begin(state.budget)
    const exit = loop.run(state)
    state.limit = limit
    return exit === Exit.ended ? Exit.pause : exit
  }

  /** The loop reads nothing of the head, until that is asked again. */
  seal(): void {
    const { state } = this.#parts
    state.limit = state.index
    state.iterator = inertIterator
    state.pull = inertPull
  }
}
