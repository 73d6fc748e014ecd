import type { Clock } from '../../time/clock.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Waker } from '../flow-control/channel.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Failure, FailureHandler } from './failure-handler.ts'
import type { Head } from './heads/head.ts'
import { GO, LoopInterpreter, takePulled } from './interpreted-loop.ts'
import { type Cursor, Exit, type ExitCode, HEAD, type LoopState } from './loop-state.ts'
import type { Loop } from './loop.ts'
import { inertIterator, inertPull, publishBooks, unfinishedRecords } from './strand-books.ts'
import { StrandTeardown } from './strand-teardown.ts'
import type { Stage } from './stage.ts'
import type { Runnable, TaskLoop } from './task-loop.ts'

/** What a strand needs of the job it belongs to. */
export interface StrandHost {
  readonly clock: Clock
  readonly taskLoop: TaskLoop
  /** Records per turn at most. */
  readonly chunkSize: number
  /** Milliseconds that teardown waits for a promise of the user's. */
  readonly stopTimeout: number
  /** The strand cannot go on. Called at most once per strand; the host aborts it among the others. */
  fail(error: unknown): void
  /** The strand has ended normally: flushed, closed, outputs completed. */
  ended(strand: Strand): void
}

export interface StrandParts {
  readonly host: StrandHost
  readonly head: Head
  readonly stages: readonly Stage[]
  readonly outputs: Outputs
  readonly loop: Loop
  readonly state: LoopState
  readonly failures: FailureHandler
  /** Called when there is nothing to do: for feedback loops. */
  readonly onIdle: (() => void) | null
  /** The books of the source at the head, or null where the head is not a source. */
  readonly source: Pick<Stage, 'node' | 'book'> | null
}

/** A promise the strand waits for; `resume` continues the record it interrupted. */
interface Wait {
  readonly at: 'head' | 'record' | 'stage'
  readonly promise: PromiseLike<unknown>
  settled: boolean
  ok: boolean
  value: unknown
  readonly resume: (ok: boolean, value: unknown) => ExitCode
}

/** A turn that took less than half of this is given twice the records next time. */
const TURN_MS = 1

/**
 * One fused chain of one subtask between two asynchronous boundaries: a head it reads, a loop that runs records
 * through the stages, and outputs. It runs in turns; it waits (for input, room, a promise) by returning, and is woken.
 * A wake-up too many does no harm: every turn looks again at what it waits for.
 */
export class Strand implements Runnable, Waker {
  queued = false
  readonly #host: StrandHost
  readonly #head: Head
  readonly #stages: readonly Stage[]
  readonly #outputs: Outputs
  readonly #loop: Loop
  readonly #state: LoopState
  readonly #failures: FailureHandler
  readonly #source: Pick<Stage, 'node' | 'book'> | null
  readonly #onIdle: (() => void) | null
  readonly #interpreter: LoopInterpreter
  readonly #teardown: StrandTeardown
  readonly #finishers: readonly Stage[]
  #phase: 'idle' | 'running' | 'flushing' | 'draining' | 'closed' = 'idle'
  #wait: Wait | null = null
  #quantum = 1
  #flushIndex = 0
  /** Called when a flush round of a feedback loop is done; the strand then goes on running. */
  #roundDone: ((emitted: boolean) => void) | null = null
  #roundEmitted = false
  /** The stage whose call for the record in hand has failed, and how often. */
  #failedOp = HEAD
  #attempts = 0

  constructor(parts: StrandParts) {
    this.#host = parts.host
    this.#head = parts.head
    this.#stages = parts.stages
    this.#outputs = parts.outputs
    this.#loop = parts.loop
    this.#state = parts.state
    this.#failures = parts.failures
    this.#source = parts.source
    this.#onIdle = parts.onIdle
    this.#interpreter = new LoopInterpreter(
      parts.stages,
      parts.outputs.emitter === null ? null : parts.outputs,
    )
    this.#finishers = parts.stages.filter((stage) => 'finished' in stage)
    this.#teardown = new StrandTeardown(parts.stages, parts.head, parts.host)
  }

  /** Opens operators and head. Nothing runs before every strand is open. */
  open(): Promise<void> {
    return this.#teardown.open()
  }

  start(): void {
    if (this.#phase !== 'idle') return
    this.#phase = 'running'
    this.wake()
  }

  wake(): void {
    this.#host.taskLoop.enqueue(this)
  }

  /** Records inside: in the head's channels or window, and in output chunks. */
  get held(): number {
    return this.#head.held + this.#outputs.held
  }

  /** Records in output chunks. */
  get heldOut(): number {
    return this.#outputs.held
  }

  /** Nothing in hand, nothing waited for: only new input can make it do something. */
  get quiet(): boolean {
    return (
      this.held === 0 && this.#wait === null && this.#state.activeCursor === null && this.#roundDone === null
    )
  }

  get outputFill(): number {
    return this.#outputs.fill
  }

  /** What it does at this moment, for metrics. */
  get activity(): 'running' | 'waiting' | 'blocked' | 'ended' {
    if (this.#phase === 'closed' || this.#phase === 'idle') return 'ended'
    if (this.#outputs.fill >= 1) return 'blocked'
    return this.queued ? 'running' : 'waiting'
  }

  /** An early end of input. Only a strand that reads a source does something. */
  stop(): void {
    if (this.#source === null || this.#phase !== 'running') return
    this.#head.stop?.()
    if (this.#wait?.at === 'head') this.#wait = null
    this.#endHead(true)
    this.wake()
  }

  /** Lets stages that hold records back emit them, as at the end, and goes on running: for feedback loops. */
  flushRound(done: (emitted: boolean) => void): void {
    this.#roundDone = done
    this.#roundEmitted = false
    this.#flushIndex = 0
    this.wake()
  }

  /** Ends it as it stands. Resolves when all it had opened is closed. */
  async abort(): Promise<void> {
    if (this.#phase === 'closed') return this.#teardown.closed
    const { at, promise } = this.#wait ?? { at: null, promise: null }
    this.#phase = 'closed'
    this.publish()
    unfinishedRecords(this.#stages, this.#state, at === 'record')
    this.#teardown.cancelHead(this.#state, 'unfinished')
    for (const cursor of this.#state.cursors) this.#teardown.returnCursor(cursor)
    this.#outputs.abandon()
    await this.#teardown.close(at === 'head' ? null : promise)
  }

  /** Writes what the loop has counted to the books. */
  publish(): void {
    publishBooks(this.#stages, this.#state, this.#source?.book ?? null)
  }

  turn(): void {
    if (this.#phase === 'closed' || this.#phase === 'idle') return
    try {
      if (this.#proceed()) {
        this.#outputs.feedHungry()
        this.wake()
      }
    } catch (error) {
      this.#host.fail(error)
    }
  }

  /** One turn. True when there is more to do at once. */
  #proceed(): boolean {
    const wait = this.#wait
    if (wait !== null) {
      if (!wait.settled) {
        this.#outputs.flush()
        return false
      }
      this.#wait = null
      if (!this.#handle(wait.resume(wait.ok, wait.value))) return false
    }
    if (!this.#outputs.relieve()) return false
    if (this.#phase === 'running') this.#heedFinished()
    if (this.#phase === 'draining') return this.#drain()
    if (this.#state.activeCursor === null && !this.#feed()) return false
    return this.#handle(this.#run())
  }

  /** A stage, or everybody downstream, may have lost interest while the strand slept. */
  #heedFinished(): void {
    if (this.#outputs.deserted) this.#finish(this.#stages.length)
    else if (this.#finishers.length > 0) {
      const op = this.#stages.findIndex((stage) => stage.finished === true)
      if (op !== -1) this.#finish(op)
    }
  }

  /** Finds work when no cursor has any: a timer, input, the flush. False when there is none now. */
  #feed(): boolean {
    const first = this.#stages[0]
    if (this.#phase === 'running') {
      if (first?.due === true) return this.#emit(0, () => first.poll?.(), false)
      const status = this.#fill()
      if (status === 'failed') return this.#handle(Exit.error)
      if (status === 'ready') return true
      if (status === 'ended') this.#endHead(false)
      else if (this.#roundDone === null) {
        this.#outputs.flush()
        this.#onIdle?.()
        return false
      }
    }
    return this.#flushNext()
  }

  #fill(): 'ready' | 'idle' | 'ended' | 'failed' {
    if (this.#source === null) return this.#head.fill(this.#state, this.#quantum)
    try {
      return this.#head.fill(this.#state, this.#quantum)
    } catch (error) {
      this.#state.op = HEAD
      this.#state.result = error
      return 'failed'
    }
  }

  #run(): ExitCode {
    const state = this.#state
    const clock = this.#host.clock
    state.apart = false
    this.#failedOp = HEAD
    state.budget = this.#quantum
    const start = clock.monotonic()
    const code = this.#loop(state)
    const elapsed = clock.monotonic() - start
    if (elapsed > TURN_MS) this.#quantum = Math.max(1, Math.floor((this.#quantum * TURN_MS) / elapsed))
    else if (elapsed < TURN_MS / 2 && this.#quantum < this.#host.chunkSize) {
      this.#quantum = Math.min(this.#quantum * 2, this.#host.chunkSize)
    }
    return code
  }

  /** Acts on an exit of the loop. True when the strand can go on at once. */
  #handle(exit: ExitCode): boolean {
    let code = exit
    for (;;) {
      switch (code) {
        case Exit.next:
        case Exit.pause:
          return true
        case Exit.flush:
          return this.#outputs.relieve()
        case Exit.held:
          this.#outputs.flush()
          return false
        case Exit.ended:
          if (this.#phase === 'running') this.#endHead(false)
          return true
        case Exit.finished:
          this.#finish(this.#stages.findIndex((stage) => stage.finished === true))
          return true
        case Exit.await:
          return this.#awaitStage()
        case Exit.pull:
          return this.#awaitPull()
        case Exit.error: {
          const next = this.#fail()
          if (next === null) return false
          code = next
        }
      }
    }
  }

  #awaitStage(): boolean {
    const state = this.#state
    const op = state.op
    this.#leave(op)
    return this.#waitFor('record', state.result as PromiseLike<unknown>, (ok, value) => {
      state.op = op
      state.result = value
      return ok ? this.#continue(this.#interpreter.accept(state, op), op) : Exit.error
    })
  }

  #awaitPull(): boolean {
    const state = this.#state
    const op = state.op
    return this.#waitFor(
      op === HEAD ? 'head' : 'stage',
      state.result as PromiseLike<unknown>,
      (ok, value) => {
        state.op = op
        state.result = value
        if (!ok) return Exit.error
        state.apart = false
        if (op === HEAD) {
          if (!takePulled(state, this.#head.kind)) return Exit.ended
          state.entered[0]!++
          return this.#interpreter.run(state, 0)
        }
        const level = state.cursors.findIndex((cursor) => cursor.stage === -2 - op)
        const step = value as IteratorResult<unknown>
        if (step.done === true) {
          state.cursors[level]!.close()
          return Exit.next
        }
        state.value = step.value
        state.entered[level + 1]!++
        return this.#interpreter.run(state, -1 - op)
      },
    )
  }

  /** The record in hand is finished apart from the loop: its counts go straight to the books from here on. */
  #leave(op: number): void {
    if (this.#state.apart) return
    this.#state.left[op]!++
    this.#state.apart = true
  }

  #continue(code: ExitCode | typeof GO, op: number): ExitCode {
    return code === GO ? this.#interpreter.run(this.#state, op + 1) : code
  }

  /** A call, a cursor or the head threw. The exit to go on with, or null while a retry waits. */
  #fail(): ExitCode | null {
    const state = this.#state
    const op = state.op
    if (op < 0) return this.#failPull(op)
    this.#leave(op)
    const stage = this.#stages[op] as Stage
    this.#attempts = this.#failedOp === op ? this.#attempts + 1 : 1
    this.#failedOp = op
    if (state.reply !== null) {
      stage.book.errors++
      stage.book.failed++
      state.reply.reject(state.result)
      return Exit.next
    }
    const delay = this.#failures.handle(this.#failure(stage, state.value, true, this.#attempts, true))
    if (delay === null) return Exit.next
    const retry = (): ExitCode => this.#continue(this.#interpreter.attempt(state, op), op)
    return this.#retryAfter(delay, 'record', retry)
  }

  #failPull(op: number): ExitCode | null {
    const state = this.#state
    if (op !== HEAD) {
      const cursor = state.cursors.find((candidate) => candidate.stage === -2 - op) as Cursor
      const { origin, counted } = cursor
      cursor.close()
      this.#failures.handle(this.#failure(this.#stages[cursor.stage] as Stage, origin, counted, 1, false))
      return Exit.next
    }
    this.#attempts = this.#failedOp === HEAD ? this.#attempts + 1 : 1
    const delay = this.#failures.handle(
      this.#failure(this.#source as Stage, undefined, false, this.#attempts, true),
    )
    return this.#retryAfter(delay ?? 0, 'head', () => Exit.next)
  }

  #failure(
    stage: Pick<Stage, 'node' | 'book' | 'batched'>,
    record: unknown,
    hasRecord: boolean,
    attempts: number,
    retryable: boolean,
  ): Failure {
    const batched = hasRecord && stage.batched === true
    return {
      node: stage.node,
      book: stage.book,
      error: this.#state.result,
      record,
      hasRecord,
      batched,
      attempts,
      retryable,
    }
  }

  #retryAfter(delay: number, at: Wait['at'], retry: () => ExitCode): ExitCode | null {
    if (delay === 0) return retry()
    this.#waitFor(at, this.#teardown.delay(delay), retry)
    return null
  }

  #waitFor(at: Wait['at'], promise: PromiseLike<unknown>, resume: Wait['resume']): false {
    const wait: Wait = { at, promise, settled: false, ok: false, value: undefined, resume }
    this.#wait = wait
    const settle = (ok: boolean, value: unknown): void => {
      wait.settled = true
      wait.ok = ok
      wait.value = value
      if (this.#wait === wait) this.wake()
    }
    promise.then(
      (value) => settle(true, value),
      (error: unknown) => settle(false, error),
    )
    this.#outputs.flush()
    return false
  }

  /** Takes what a stage emits of its own accord. False when that is waited for. */
  #emit(op: number, ask: () => unknown, fatal: boolean): boolean {
    const state = this.#state
    const cursor = state.cursors.find((candidate) => candidate.stage === op)
    const accept = (outputs: unknown): void => {
      if (outputs === undefined || outputs === null || cursor === undefined) return
      cursor.open(outputs, undefined)
      cursor.counted = false
    }
    const refuse = (error: unknown): ExitCode => {
      const stage = this.#stages[op] as Stage
      state.result = error
      const node = fatal ? { ...stage.node, onError: 'fail' as const } : stage.node
      this.#failures.handle(this.#failure({ node, book: stage.book }, undefined, false, 1, false))
      return Exit.next
    }
    try {
      const outputs = ask()
      if (!isThenable(outputs)) {
        accept(outputs)
        return true
      }
      return this.#waitFor('stage', outputs, (ok, value) => {
        if (!ok) return refuse(value)
        accept(value)
        return Exit.next
      })
    } catch (error) {
      refuse(error)
      return true
    }
  }

  /** Lets the next stage that has something emit it at the end. False when nothing is left to flush, or it is waited for. */
  #flushNext(): boolean {
    while (this.#flushIndex < this.#stages.length) {
      const index = this.#flushIndex
      const stage = this.#stages[index] as Stage
      if (stage.end === undefined) {
        this.#flushIndex++
        continue
      }
      let more = true
      const ask = (): unknown => {
        const outputs = stage.end?.()
        more = outputs !== undefined && outputs !== null && (!Array.isArray(outputs) || outputs.length > 0)
        return outputs
      }
      const answered = this.#emit(index, ask, true)
      if (more) this.#roundEmitted = true
      else this.#flushIndex++
      if (!answered) return false
      if (this.#state.activeCursor !== null) return true
    }
    if (this.#phase === 'running') {
      const done = this.#roundDone
      this.#roundDone = null
      this.#outputs.flush()
      done?.(this.#roundEmitted)
      return false
    }
    this.#phase = 'draining'
    return this.#drain()
  }

  /** The last records go out, operators are closed, then the outputs complete. */
  #drain(): false {
    if (!this.#outputs.flush()) return false
    this.#phase = 'closed'
    this.publish()
    this.#teardown.close(null).then(
      (error) => {
        if (error !== undefined) this.#host.fail(error)
        else {
          for (const stage of this.#stages) stage.complete?.()
          this.#outputs.complete()
          this.#host.ended(this)
        }
      },
      (error: unknown) => this.#host.fail(error),
    )
    return false
  }

  /** The head has run dry, or is made to. */
  #endHead(early: boolean): void {
    if (early) this.#teardown.cancelHead(this.#state, 'dropped')
    this.#phase = 'flushing'
    this.#flushIndex = 0
    this.#state.limit = this.#state.index
    this.#state.iterator = inertIterator
    this.#state.pull = inertPull
  }

  /** Stage `op` wants no more: what comes before it is cancelled, what it let through ends normally. */
  #finish(op: number): void {
    const stage = this.#stages[op]
    if (stage !== undefined) stage.finished = false
    for (const cursor of this.#state.cursors) if (cursor.stage < op) this.#teardown.returnCursor(cursor)
    if (this.#phase === 'running') this.#endHead(true)
    this.#flushIndex = Math.max(this.#flushIndex, op)
  }
}
