import { isThenable } from '../../util/is-thenable.ts'
import { type Cursor, Exit } from './loop-state.ts'
import type { Stage } from './stage.ts'
import type { StrandParts } from './strand-parts.ts'
import type { WaitFor } from './wait.ts'

type Parts = Pick<StrandParts, 'state' | 'stages' | 'failures'>

/** What stages emit though no record came: when a timer fires, and when the input has ended, stage by stage. */
export class UnpromptedOutputs {
  /** Whether the flush has emitted anything since `rewind`. */
  emitted = false
  readonly #parts: Parts
  readonly #wait: WaitFor
  #index = 0

  constructor(parts: Parts, wait: WaitFor) {
    this.#parts = parts
    this.#wait = wait
  }

  /** The flush begins with the first stage. */
  rewind(): void {
    this.#index = 0
    this.emitted = false
  }

  /** Stages before `op` have nothing to say any more. */
  skipTo(op: number): void {
    this.#index = Math.max(this.#index, op)
  }

  /** Takes what the first stage has to emit of its own accord. `waiting` when it is a promise. */
  poll(): 'taken' | 'waiting' | 'nothing' {
    const stage = this.#parts.stages[0] as Stage
    return this.#ask(0, () => stage.poll?.(), stage.node)
  }

  /**
   * Takes what the next stage emits at the end. `done` when no stage has anything left; with `once`, when each has been
   * asked.
   */
  flushNext(once: boolean): 'taken' | 'waiting' | 'done' {
    const { stages } = this.#parts
    for (; this.#index < stages.length; this.#index++) {
      const op = this.#index
      const stage = stages[op] as Stage
      if (stage.end === undefined) continue
      // At the end there is no record to skip: an error fails the job, whatever the policy.
      const answer = this.#ask(op, () => stage.end?.(), { ...stage.node, onError: 'fail' })
      if (answer !== 'nothing') {
        this.emitted = true
        if (once) this.#index++
        return answer
      }
    }
    return 'done'
  }

  #ask(op: number, ask: () => unknown, node: Stage['node']): 'taken' | 'waiting' | 'nothing' {
    let outputs: unknown
    try {
      outputs = ask()
    } catch (error) {
      this.#fail(op, node, error)
      return 'taken'
    }
    if (!isThenable(outputs)) return this.#open(op, outputs) ? 'taken' : 'nothing'
    this.#wait('stage', outputs, (ok, value) => {
      if (!ok) this.#fail(op, node, value)
      else if (!this.#open(op, value) && this.#index === op) this.#index++
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

  #fail(op: number, node: Stage['node'], error: unknown): void {
    const { book } = this.#parts.stages[op] as Stage
    const failure = {
      node,
      book,
      error,
      record: undefined,
      hasRecord: false,
      batched: false,
      attempts: 1,
      reply: null,
    }
    this.#parts.failures.handle({ ...failure, retryable: false })
  }
}
