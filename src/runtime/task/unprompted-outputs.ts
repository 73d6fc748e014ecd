import { isThenable } from '../../util/is-thenable.ts'
import type { EventTime } from './event-time.ts'
import { type Cursor, Exit } from './loop-state.ts'
import type { Stage } from './stage.ts'
import type { StrandParts } from './strand-parts.ts'
import type { WaitFor } from './wait.ts'

type Parts = Pick<StrandParts, 'state' | 'stages' | 'failures' | 'eventTimes'>

/** `taken`: there is something in the stage's cursor; `waiting`: for a promise. */
export type UnpromptedAnswer = 'taken' | 'waiting' | 'nothing'

/** What stages emit though no record came: when a timer fires, and when the input has ended, stage by stage. */
export class UnpromptedOutputs {
  /** Whether the flush has emitted anything since `rewind`. */
  emitted = false
  readonly #parts: Parts
  readonly #wait: WaitFor
  #index = 0
  /** The stage at `#index` has had all its timers. */
  #timeless = false

  constructor(parts: Parts, wait: WaitFor) {
    this.#parts = parts
    this.#wait = wait
  }

  /** The flush begins with the first stage. */
  rewind(): void {
    this.#index = 0
    this.#timeless = false
    this.emitted = false
  }

  /** Stages before `op` have nothing to say any more. */
  skipTo(op: number): void {
    if (op <= this.#index) return
    this.#index = op
    this.#timeless = false
  }

  /** Takes what a stage has to emit of its own accord. `waiting` when it is a promise. */
  poll(op: number): UnpromptedAnswer {
    const stage = this.#parts.stages[op] as Stage
    return this.ask(op, () => stage.poll?.(), false)
  }

  /**
   * Takes what the next stage emits at the end. `done` when no stage has anything left; with `once`, when each has been
   * asked.
   */
  flushNext(once: boolean): 'taken' | 'waiting' | 'done' {
    const { stages } = this.#parts
    for (; this.#index < stages.length; this.#move()) {
      const op = this.#index
      const stage = stages[op] as Stage
      if (!this.#timeless) {
        const answer = this.#lastTimers(op, stage, once)
        if (answer !== 'nothing') return answer
        this.#timeless = true
      }
      if (stage.end === undefined) continue
      const answer = this.ask(
        op,
        () => stage.end?.(),
        true,
        () => {
          if (this.#index === op) this.#move()
        },
      )
      if (answer !== 'nothing') {
        this.emitted = true
        if (once) this.#move()
        return answer
      }
    }
    return 'done'
  }

  /** Event time comes to its end: whatever a stage has waited for is due. */
  #lastTimers(op: number, stage: Stage, once: boolean): UnpromptedAnswer {
    // Others leave it as it is: they share it with the next stage, where what they emit at the end must not be late.
    if (stage.advance === undefined) return 'nothing'
    // In a round of a feedback loop it is no end: what comes round again must not be late.
    if (!once) (this.#parts.eventTimes[op] as EventTime).watermark = Infinity
    if (stage.dueAt === Infinity) return 'nothing'
    const answer = this.ask(
      op,
      () => stage.advance?.(Infinity),
      false,
      () => {
        this.#timeless = true
      },
    )
    if (answer !== 'nothing') this.emitted = true
    return answer
  }

  #move(): void {
    this.#index++
    this.#timeless = false
  }

  /**
   * Asks a stage for what it emits though no record came.
   * @param fatal there is no record to skip: an error fails the job, whatever the policy.
   * @param onNothing called when that was a promise, and there was nothing.
   */
  ask(op: number, ask: () => unknown, fatal: boolean, onNothing: () => void = () => {}): UnpromptedAnswer {
    let outputs: unknown
    try {
      outputs = ask()
    } catch (error) {
      this.#fail(op, fatal, error)
      return 'taken'
    }
    if (!isThenable(outputs)) return this.#open(op, outputs) ? 'taken' : 'nothing'
    this.#wait('stage', outputs, (ok, value) => {
      if (!ok) this.#fail(op, fatal, value)
      else if (!this.#open(op, value)) onNothing()
      return Exit.next
    })
    return 'waiting'
  }

  #open(op: number, outputs: unknown): boolean {
    if (outputs === undefined || outputs === null) return false
    const cursor = this.#parts.state.cursors.find((candidate) => candidate.stage === op) as Cursor
    cursor.open(outputs, undefined, NaN)
    cursor.counted = false
    return cursor.active
  }

  #fail(op: number, fatal: boolean, error: unknown): void {
    const { node, book } = this.#parts.stages[op] as Stage
    const failure = {
      node,
      book,
      error,
      record: undefined,
      hasRecord: false,
      batched: false,
      attempts: 1,
      fatal,
      reply: null,
    }
    this.#parts.failures.handle({ ...failure, retryable: false })
  }
}
