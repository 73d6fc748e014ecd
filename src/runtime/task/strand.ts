import type { Waker } from '../flow-control/channel.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Head } from './heads/head.ts'
import { Exit, type ExitCode, HEAD, type LoopState } from './loop-state.ts'
import type { Loop } from './loop.ts'
import { type Accountable, RecordInHand } from './record-in-hand.ts'
import type { Stage } from './stage.ts'
import { inertIterator, inertPull, publishBooks, unfinishedRecords } from './strand-books.ts'
import { StrandTeardown } from './strand-teardown.ts'
import type { StrandHost, StrandParts } from './strand-parts.ts'
import type { Runnable } from './task-loop.ts'
import { UnpromptedOutputs } from './unprompted-outputs.ts'
import { Wait, type WaitingAt } from './wait.ts'

/** Milliseconds of work in one turn, more or less: a strand looks at the clock between rounds. */
const TURN_MS = 1
/** Milliseconds of one round, aimed at by adapting how many records it has. */
const ROUND_MS = 0.25
/** Records in one round at most: what can happen between two looks at the clock. */
const LONGEST_ROUND = 256
/** Records of a round that is not worth a look at the clock. */
const SHORT_ROUND = 32
/** Full rounds, about a million records, after which code of its own is worth its warm-up. */
const ROUNDS_TO_OWN_CODE = 4096
/** Rounds in one turn at most, for clocks that stand still. A new strand begins with one, so that sources share fairly. */
const MOST_ROUNDS = 16

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
  #loop: Loop
  readonly #compileLoop: ((code: 'shared' | 'own') => Loop) | null
  #code: 'none' | 'shared' | 'own' = 'none'
  #longRounds = 0
  readonly #state: LoopState
  readonly #source: Accountable | null
  readonly #onIdle: (() => void) | null
  readonly #hand: RecordInHand
  readonly #unprompted: UnpromptedOutputs
  readonly #teardown: StrandTeardown
  readonly #finishers: readonly Stage[]
  #phase: 'idle' | 'running' | 'flushing' | 'draining' | 'closed' = 'idle'
  #wait: Wait | null = null
  /** Records in the next round. */
  #quantum = 1
  #roundsPerTurn = 1
  /** Records the round before had at most. */
  #roundLength = 0
  /** Whether the loop has run since the quantum was last adapted. */
  #hasRun = false
  /** Called when a flush round of a feedback loop is done; the strand then goes on running. */
  #roundDone: ((emitted: boolean) => void) | null = null

  constructor(parts: StrandParts) {
    this.#host = parts.host
    this.#head = parts.head
    this.#stages = parts.stages
    this.#outputs = parts.outputs
    this.#loop = parts.loop
    this.#compileLoop = parts.compileLoop
    this.#state = parts.state
    this.#source = parts.source
    this.#onIdle = parts.onIdle
    const { state, stages, failures, source, head, steps, apart } = parts
    const wait = this.#waitFor.bind(this)
    const delay = (ms: number): Promise<void> => this.#teardown.delay(ms)
    this.#hand = new RecordInHand({
      state,
      stages,
      steps,
      apart,
      failures,
      head: head.kind,
      source,
      wait,
      delay,
    })
    this.#unprompted = new UnpromptedOutputs({ state, stages, failures, wait })
    this.#finishers = parts.stages.filter((stage) => 'finished' in stage)
    this.#teardown = new StrandTeardown(parts)
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

  /** An early end of input. Only a strand that reads a source does something. */
  stop(): void {
    if (this.#source === null || this.#phase !== 'running') return
    this.#head.stop?.()
    // What the source has given already is taken; what it has yet to give is not waited for.
    if (this.#wait?.at === 'head' && !this.#wait.settled) this.#wait = null
    this.#endHead(true)
    this.wake()
  }

  /** Lets stages that hold records back emit them, as at the end, and goes on running: for feedback loops. */
  flushRound(done: (emitted: boolean) => void): void {
    if (this.#phase === 'closed') {
      done(false)
      return
    }
    this.#roundDone = done
    this.#unprompted.rewind()
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

  /** Operators are being closed, which takes the stop timeout at most. */
  get closing(): boolean {
    return this.#teardown.closing
  }

  /** Writes what the loop has counted to the books. */
  publish(): void {
    publishBooks(this.#stages, this.#state, this.#source?.book ?? null)
  }

  turn(): boolean {
    if (this.#phase === 'closed' || this.#phase === 'idle') return false
    try {
      return this.#rounds(this.#quantum < LONGEST_ROUND)
    } catch (error) {
      this.#host.fail(error)
      return true
    }
  }

  /**
   * Rounds until there is nothing to do at once, or the turn is over. A look at the clock costs as much as several
   * records: the first round of a strand that knows its pace goes without, and a short one after it too.
   * @returns whether the clock was looked at, because the work may have been long.
   */
  #rounds(learning: boolean): boolean {
    const { clock } = this.#host
    let left = this.#roundsPerTurn
    this.#roundsPerTurn = Math.min(left * 2, MOST_ROUNDS)
    let start = learning ? clock.monotonic() : NaN
    let end = start + TURN_MS
    while (this.#proceed()) {
      left--
      if (Number.isNaN(start) && this.#roundLength < SHORT_ROUND && left > 1) {
        left = 1
        continue
      }
      const now = clock.monotonic()
      if (Number.isNaN(start)) end = now + TURN_MS
      else this.#adapt(now - start)
      start = now
      if (this.#quantum === LONGEST_ROUND && ++this.#longRounds === ROUNDS_TO_OWN_CODE) this.#speedUp('own')
      if (left > 0 && now < end) continue
      this.#outputs.feedHungry()
      this.wake()
      return true
    }
    if (learning) this.#adapt(clock.monotonic() - start)
    return learning || !Number.isNaN(start)
  }

  /** One round. True when there is more to do at once. */
  #proceed(): boolean {
    // A pending pull of a source that nobody reads any more is not waited for.
    if (this.#wait?.at === 'head' && this.#heedFinished()) this.#wait = null
    const wait = this.#wait
    if (wait !== null) {
      if (!wait.settled) {
        this.#outputs.flush()
        return false
      }
      this.#wait = null
      if (!this.#handle(wait.resume())) return false
    }
    if (!this.#outputs.relieve()) return false
    this.#heedFinished()
    if (this.#phase === 'draining') return this.#drain()
    if (this.#state.activeCursor === null && !this.#feed()) return false
    return this.#handle(this.#run())
  }

  /** A stage, or everybody downstream, may have lost interest while the strand slept. True when it is so. */
  #heedFinished(): boolean {
    if (this.#phase !== 'running' && this.#phase !== 'flushing') return false
    const op = this.#outputs.deserted ? this.#stages.length : this.#firstFinished()
    if (op === -1) return false
    this.#finish(op)
    return true
  }

  #firstFinished(): number {
    if (this.#finishers.length === 0) return -1
    return this.#stages.findIndex((stage) => stage.finished === true)
  }

  /** Finds work when no cursor has any: a timer, input, the flush. False when there is none now. */
  #feed(): boolean {
    const first = this.#stages[0]
    if (this.#phase === 'running') {
      if (first?.due === true) return this.#unprompted.poll() !== 'waiting'
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
    return this.#flush()
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
    this.#hand.reset()
    const state = this.#state
    state.budget = this.#quantum
    this.#hasRun = true
    this.#roundLength =
      this.#head.kind === 'chunk' && state.activeCursor === null ? state.limit - state.index : this.#quantum
    return this.#loop(state)
  }

  /** Chooses the length of the next round by how long the last one took. */
  #adapt(elapsed: number): void {
    if (!this.#hasRun) return
    this.#hasRun = false
    if (elapsed > ROUND_MS) this.#quantum = Math.max(1, Math.floor((this.#quantum * ROUND_MS) / elapsed))
    else if (elapsed < ROUND_MS / 2 && this.#quantum < LONGEST_ROUND) {
      this.#quantum = Math.min(this.#quantum * 2, LONGEST_ROUND)
      if (this.#quantum === LONGEST_ROUND) this.#speedUp('shared')
    }
  }

  /** Many cheap records: a generated loop pays; very many: one of their own. */
  #speedUp(code: 'shared' | 'own'): void {
    if (this.#compileLoop === null || this.#code === code || this.#code === 'own') return
    this.#code = code
    this.#loop = this.#compileLoop(code)
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
          this.#finish(this.#firstFinished())
          return true
        case Exit.await:
        case Exit.pull:
        case Exit.error: {
          const next = this.#hand.handle(code)
          if (next === null) return false
          code = next
        }
      }
    }
  }

  #waitFor(
    at: WaitingAt,
    promise: PromiseLike<unknown>,
    resume: (ok: boolean, value: unknown) => ExitCode,
  ): void {
    this.#wait = new Wait(at, promise, resume, (wait) => {
      if (this.#wait === wait) this.wake()
    })
    this.#outputs.flush()
  }

  /** The flush goes on. True when there is more to do at once. */
  #flush(): boolean {
    // In a round, what comes back meanwhile is for the next.
    const answer = this.#unprompted.flushNext(this.#phase === 'running')
    if (answer === 'waiting') return false
    if (answer === 'taken') return true
    if (this.#phase === 'flushing') {
      this.#phase = 'draining'
      return this.#drain()
    }
    const done = this.#roundDone
    this.#roundDone = null
    this.#outputs.flush()
    done?.(this.#unprompted.emitted)
    return false
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
    this.#unprompted.rewind()
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
    this.#unprompted.skipTo(op)
  }
}
