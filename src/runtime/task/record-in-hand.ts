import { isThenable } from '../../util/is-thenable.ts'
import type { Failure } from './failure-handler.ts'
import { takePulled } from './interpreted-loop.ts'
import { type Cursor, Exit, type ExitCode, HEAD } from './loop-state.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { Stage } from './stage.ts'
import { invoke, type Step, type Steps } from './steps.ts'
import type { StrandParts } from './strand-parts.ts'
import type { WaitFor, WaitingAt } from './wait.ts'

/** The part of a stage, or of a source, that errors are told with. */
export type Accountable = Pick<Stage, 'node' | 'book' | 'batched'>

/** How a record in hand waits. */
export interface Waiting {
  readonly wait: WaitFor
  /** A promise that resolves after so many milliseconds. */
  readonly delay: (ms: number) => Promise<void>
}

type Parts = Pick<
  StrandParts,
  'state' | 'stages' | 'steps' | 'apart' | 'failures' | 'letters' | 'head' | 'source'
>

/**
 * The record that a loop could not finish at full speed, because it met a promise or an error. It is finished here,
 * apart from the loop, and its counts go straight to the books.
 */
export class RecordInHand {
  readonly #parts: Parts
  readonly #waiting: Waiting
  /** The stage whose call for this record has failed, and how many calls there were. */
  #failedOp = HEAD
  #attempts = 0
  #apartSteps: Steps | null = null
  /** What the loop has in the place of these, while a record that is put back is at work. */
  #input = 0
  #key: unknown = undefined

  constructor(parts: Parts, waiting: Waiting) {
    this.#parts = parts
    this.#waiting = waiting
  }

  /** The loop is about to take another record. */
  reset(): void {
    this.#parts.state.apart = false
    this.#failedOp = HEAD
  }

  /** Puts a record back before stage `op`: it goes on from there as any that is finished apart from the loop. */
  putBack(op: number, { record, key, eventTime, input }: Replay): ExitCode {
    const { state } = this.#parts
    this.reset()
    this.#input = state.input
    this.#key = state.key
    state.apart = true
    state.op = op
    state.value = record
    state.key = key
    state.timestamp = eventTime
    state.input = input
    state.reply = null
    return this.#guard(this.#apart().enter[op] as Step)
  }

  /** The loop is about to go on with what its head gives: a record that was put back is through. */
  leavePutBack(): void {
    const { state, letters } = this.#parts
    if (letters.current === null) return
    letters.done()
    state.input = this.#input
    state.key = this.#key
    this.#key = undefined
  }

  /** Acts on one of the exits `await`, `pull` and `error`. The exit to go on with, or null while a promise is waited for. */
  handle(exit: ExitCode): ExitCode | null {
    switch (exit) {
      case Exit.await:
        return this.#awaitStage()
      case Exit.pull:
        return this.#awaitPull()
      default:
        return this.#fail()
    }
  }

  #awaitStage(): null {
    const { state } = this.#parts
    const op = state.op
    this.#leave(op)
    this.#waiting.wait('record', state.result as PromiseLike<unknown>, (ok, value) => {
      state.op = op
      state.result = value
      return ok ? this.#guard(this.#apart().accept[op] as Step) : Exit.error
    })
    return null
  }

  #awaitPull(): null {
    const { state } = this.#parts
    const op = state.op
    this.#waiting.wait(op === HEAD ? 'head' : 'stage', state.result as PromiseLike<unknown>, (ok, value) => {
      state.op = op
      state.result = value
      if (!ok) return Exit.error
      state.apart = false
      if (op === HEAD) this.#parts.head.answered?.()
      return op === HEAD ? this.#takeFromHead() : this.#takeFromCursor(-2 - op)
    })
    return null
  }

  #takeFromHead(): ExitCode {
    const { state, head, steps } = this.#parts
    if (!takePulled(state, head.kind)) return Exit.ended
    state.timestamp = NaN
    state.entered[0]!++
    return this.#guard(steps.enter[0] as Step)
  }

  #takeFromCursor(stage: number): ExitCode {
    const { state, steps, stages } = this.#parts
    const level = state.cursors.findIndex((cursor) => cursor.stage === stage)
    const step = state.result as IteratorResult<unknown>
    if (step.done === true) {
      ;(state.cursors[level] as Cursor).close()
      return Exit.next
    }
    state.value = step.value
    const stamp = stages[stage]?.stamp
    state.timestamp = stamp === undefined ? (state.cursors[level] as Cursor).timestamp : stamp.timestamp
    state.entered[level + 1]!++
    return this.#guard(steps.enter[stage + 1] as Step)
  }

  /** The record leaves the loop's own accounting at stage `op`. */
  #leave(op: number): void {
    const { state } = this.#parts
    if (state.apart) return
    state.left[op]!++
    state.apart = true
  }

  /** Built when they are first needed: most strands never do. */
  #apart(): Steps {
    this.#apartSteps ??= this.#parts.apart()
    return this.#apartSteps
  }

  #guard(step: Step): ExitCode {
    const { state } = this.#parts
    try {
      return step(state, state.value)
    } catch (error) {
      state.result = error
      return Exit.error
    }
  }

  #fail(): ExitCode | null {
    const { state, stages, failures } = this.#parts
    const op = state.op
    if (op === HEAD) return this.#failHead()
    if (op < HEAD) return this.#failCursor(-2 - op)
    this.#leave(op)
    const stage = stages[op] as Stage
    this.#countAttempt(op)
    const delay = failures.handle(this.#failure(stage, state.value, true, true))
    if (delay === null) return Exit.next
    return this.#after(delay, 'record', () => this.#retry(op))
  }

  /** Calls again, without counting the record as another one. */
  #retry(op: number): ExitCode {
    const { state, stages } = this.#parts
    return this.#guard((_, value) => {
      state.op = op
      state.result = invoke(stages[op] as Stage, state, value)
      return isThenable(state.result) ? Exit.await : (this.#apart().accept[op] as Step)(state, value)
    })
  }

  #failHead(): ExitCode | null {
    const { source, failures } = this.#parts
    this.#countAttempt(HEAD)
    const delay = failures.handle(this.#failure(source as Accountable, undefined, false, true))
    return this.#after(delay ?? 0, 'head', () => Exit.next)
  }

  /** What a cursor gave before was passed on, so calling again would pass it on twice: it is not tried again. */
  #failCursor(stage: number): ExitCode {
    const { state, stages, failures } = this.#parts
    const cursor = state.cursors.find((candidate) => candidate.stage === stage) as Cursor
    const { origin, counted, timestamp } = cursor
    cursor.close()
    this.#attempts = 1
    const of = stages[stage] as Stage
    // What the function's outputs are made of has come with the key that its call was given.
    const key = of.node.keyed && of.takes === 'context' ? of.context.key : state.key
    failures.handle({ ...this.#failure(of, origin, counted, false), key, eventTime: timestamp })
    return Exit.next
  }

  #countAttempt(op: number): void {
    this.#attempts = this.#failedOp === op ? this.#attempts + 1 : 1
    this.#failedOp = op
  }

  #failure(of: Accountable, record: unknown, hasRecord: boolean, retryable: boolean): Failure {
    const { node, book } = of
    const { state, letters } = this.#parts
    const batched = hasRecord && of.batched === true
    const replay = letters.current?.nodeId === node.id && !batched ? letters.current : null
    return {
      node,
      book,
      error: state.result,
      record,
      hasRecord,
      batched,
      attempts: this.#attempts,
      retryable,
      key: state.key,
      eventTime: state.timestamp,
      input: state.input,
      replay,
      reply: hasRecord ? state.reply : null,
    }
  }

  #after(delay: number, at: WaitingAt, retry: () => ExitCode): null {
    // A call that is made again at once goes through the loop all the same, which gives timers their turn.
    this.#waiting.wait(at, delay === 0 ? Promise.resolve() : this.#waiting.delay(delay), retry)
    return null
  }
}
