import type { LoopState } from './loop-state.ts'
import type { MarkerCue } from './marker-cue.ts'
import type { Begun } from './signal-pass.ts'
import type { Stage } from './stage.ts'
import type { StrandCheckpoints } from './strand-checkpoints.ts'
import type { StrandParts } from './strand-parts.ts'
import type { Workplace } from './workplace.ts'

type Parts = Pick<StrandParts, 'stages' | 'letters'>

/** What a strand has to do though no record comes: timers, watermarks and markers of its own, what checkpoints want of it. */
export class OwnWork {
  readonly #parts: Parts
  readonly #checkpoints: StrandCheckpoints
  readonly #cue: MarkerCue
  /** Indexes of stages with timers. */
  readonly #timed: readonly number[]
  /** Stages that want to know when the strand waits. */
  readonly #idlers: readonly Stage[]
  /** The stage where watermarks begin, or -1. */
  readonly #clock: number
  #watermark = -Infinity
  #idle = false

  constructor(parts: Parts, { checkpoints, cue }: Pick<Workplace, 'checkpoints' | 'cue'>) {
    this.#parts = parts
    this.#checkpoints = checkpoints
    this.#cue = cue
    this.#timed = parts.stages.flatMap((stage, op) => ('due' in stage ? [op] : []))
    this.#idlers = parts.stages.filter((stage) => 'idle' in stage)
    this.#clock = parts.stages.findIndex((stage) => stage.generates !== undefined)
  }

  /** No stage has timers, and no watermarks begin here. */
  get timeless(): boolean {
    return this.#timed.length === 0 && this.#clock === -1
  }

  get any(): boolean {
    return (
      this.due !== -1 ||
      this.#timeHasCome ||
      this.#checkpoints.any ||
      this.#cue.given ||
      this.#parts.letters.any
    )
  }

  /** A stage whose timer has fired, or -1. */
  get due(): number {
    for (const op of this.#timed) if (this.#parts.stages[op]!.due === true) return op
    return -1
  }

  /** The strand waits for input, and for nothing else. */
  idle(): void {
    for (const stage of this.#idlers) stage.idle?.()
  }

  /** The signal that begins here now, or null. */
  signal(state: LoopState): Begun | null {
    if (this.#timeHasCome) return this.#moveTime()
    const signal = this.#checkpoints.next(state) ?? this.#cue.take()
    return signal === null ? null : { signal, from: 0 }
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
}
