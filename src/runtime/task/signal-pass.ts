import type { Signal } from '../flow-control/packet.ts'
import type { StrandCheckpoints } from './strand-checkpoints.ts'
import type { StrandParts } from './strand-parts.ts'
import type { UnpromptedAnswer, UnpromptedOutputs } from './unprompted-outputs.ts'

/** All checkpoints up to this number are safe: what waited for that is made visible. */
export interface Commit {
  readonly kind: 'commit'
  readonly checkpoint: number
}

type Passing = Signal | Commit

/** A signal that begins in a strand, and the first stage it has to pass. */
export interface Begun {
  readonly signal: Passing
  readonly from: number
}

type Parts = Pick<StrandParts, 'stages' | 'eventTimes' | 'outputs' | 'arrivals'>

/**
 * A signal on its way through a strand: stage by stage, each of which may have something to emit or to wait for before
 * the next has its turn, then out.
 */
export class SignalPass {
  readonly #parts: Parts
  readonly #unprompted: UnpromptedOutputs
  readonly #checkpoints: Pick<StrandCheckpoints, 'passed'>
  #signal: Passing | null = null
  #op = 0

  constructor(parts: Parts, unprompted: UnpromptedOutputs, checkpoints: Pick<StrandCheckpoints, 'passed'>) {
    this.#parts = parts
    this.#unprompted = unprompted
    this.#checkpoints = checkpoints
  }

  get active(): boolean {
    return this.#signal !== null
  }

  /** False where there is none to begin. */
  begin(begun: Begun | null): boolean {
    if (begun === null) return false
    this.#signal = begun.signal
    this.#op = begun.from
    return true
  }

  /** The signal goes on. True when there is more to do at once. */
  pass(): boolean {
    const passed = this.#next()
    if (passed === 'waiting') return false
    if (passed === 'taken' || passed.kind === 'commit') return true
    if (passed.kind === 'barrier') this.#checkpoints.passed(passed)
    const { stages, outputs, arrivals } = this.#parts
    if (passed.kind === 'marker') arrivals?.arrived(passed)
    outputs.signal(passed)
    stages.at(-1)?.forward?.(passed)
    // What comes behind a barrier must not get into the chunk before it.
    return outputs.relieve()
  }

  /** Goes on until a stage emits or has to be waited for; the signal, once it has passed them all. */
  #next(): 'taken' | 'waiting' | Passing {
    const signal = this.#signal as Passing
    const { stages } = this.#parts
    while (this.#op < stages.length) {
      const answer = this.#passStage(signal, this.#op)
      if (answer !== 'nothing') return answer
      this.#op++
    }
    this.#signal = null
    return signal
  }

  #passStage(signal: Passing, op: number): UnpromptedAnswer {
    const stage = this.#parts.stages[op]!
    const over = (): void => {
      this.#op = op + 1
    }
    switch (signal.kind) {
      case 'watermark': {
        const { time } = signal
        const eventTime = this.#parts.eventTimes[op]!
        if (time > eventTime.watermark) eventTime.watermark = time
        if (stage.advance === undefined || (stage.dueAt ?? time) > time) return 'nothing'
        return this.#unprompted.ask(op, () => stage.advance?.(time), false, over)
      }
      case 'marker':
        return 'nothing'
      case 'barrier':
        return this.#hook(op, () => stage.barrier?.(signal.checkpoint), over)
      case 'commit':
        return this.#hook(op, () => stage.committed?.(signal.checkpoint), over)
    }
  }

  /** A hook that emits nothing, and may take its time. */
  #hook(op: number, hook: () => unknown, over: () => void): UnpromptedAnswer {
    return this.#unprompted.ask(op, () => nothingOf(hook()), true, over)
  }
}

function nothingOf(result: unknown): undefined | Promise<undefined> {
  return result instanceof Promise ? result.then(() => undefined) : undefined
}
