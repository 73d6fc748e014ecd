import type { Waker } from '../flow-control/channel.ts'
import type { CheckpointMember } from '../checkpoint/checkpoint-host.ts'
import type { Outputs } from '../flow-control/outputs.ts'
import type { Head } from './heads/head.ts'
import { LoopRunner } from './loop-runner.ts'
import { Exit, type ExitCode, type LoopState } from './loop-state.ts'
import { OwnWork } from './own-work.ts'
import { Pace } from './pace.ts'
import { RecordInHand } from './record-in-hand.ts'
import { SignalPass } from './signal-pass.ts'
import type { Stage } from './stage.ts'
import { publishBooks, unfinishedRecords } from './strand-books.ts'
import { StrandCheckpoints } from './strand-checkpoints.ts'
import { StrandConclusion } from './strand-conclusion.ts'
import { StrandTeardown } from './strand-teardown.ts'
import type { StrandParts } from './strand-parts.ts'
import type { Runnable } from './task-loop.ts'
import { UnpromptedOutputs } from './unprompted-outputs.ts'
import { Waits } from './waits.ts'

/**
 * One fused chain of one subtask between two asynchronous boundaries: a head it reads, a loop that runs records
 * through the stages, and outputs. It runs in turns; it waits (for input, room, a promise) by returning, and is woken.
 * A wake-up too many does no harm: every turn looks again at what it waits for.
 */
export class Strand implements Runnable, Waker {
  queued = false
  next: Runnable | null = null
  readonly #parts: StrandParts
  readonly #head: Head
  readonly #stages: readonly Stage[]
  readonly #outputs: Outputs
  readonly #state: LoopState
  readonly #pace: Pace
  readonly #runner: LoopRunner
  readonly #hand: RecordInHand
  readonly #unprompted: UnpromptedOutputs
  readonly #signals: SignalPass
  readonly #own: OwnWork
  readonly #checkpoints: StrandCheckpoints
  readonly #waits: Waits
  readonly #conclusion: StrandConclusion
  readonly #teardown: StrandTeardown
  readonly #finishes: boolean
  /** It had ended before the job was continued. */
  #ended = false
  #phase: 'idle' | 'running' | 'flushing' | 'draining' | 'concluding' | 'closed' = 'idle'
  /** Called when a flush round of a feedback loop is done; the strand then goes on running. */
  #roundDone: ((emitted: boolean) => void) | null = null

  constructor(parts: StrandParts) {
    const { head, stages, outputs, state, loop, host } = parts
    this.#parts = parts
    this.#head = head
    this.#stages = stages
    this.#outputs = outputs
    this.#state = state
    this.#waits = new Waits(outputs, this)
    const delay = (ms: number): Promise<void> => this.#teardown.delay(ms)
    this.#pace = new Pace(host.clock, () => loop.speedUp())
    this.#runner = new LoopRunner(parts, this.#pace)
    this.#hand = new RecordInHand(parts, { wait: this.#waits.begin, delay })
    this.#unprompted = new UnpromptedOutputs(parts, this.#waits.begin)
    this.#checkpoints = new StrandCheckpoints(parts, this, () => this.#halt())
    this.#signals = new SignalPass(parts, this.#unprompted, this.#checkpoints)
    this.#own = new OwnWork(parts, this.#checkpoints)
    this.#conclusion = new StrandConclusion(parts, this.#checkpoints)
    this.#teardown = new StrandTeardown(parts)
    this.#finishes = stages.some((stage) => 'finished' in stage)
  }

  /** Brings back what a checkpoint held, then opens operators and head. Nothing runs before every strand is open. */
  async open(): Promise<void> {
    this.#ended = await this.#checkpoints.restore()
    await this.#teardown.open()
  }

  start(): void {
    if (this.#phase !== 'idle') return
    this.#phase = 'running'
    // What it had to do was done before the checkpoint: nothing is left to flush.
    if (this.#ended) {
      this.#endHead(true)
      this.#phase = 'draining'
    }
    this.wake()
  }

  /** What checkpoints deal with. */
  get member(): CheckpointMember {
    return this.#checkpoints
  }

  wake(): void {
    this.#parts.host.taskLoop.enqueue(this)
  }

  /** Records inside: in the head's channels or window, and in output chunks. */
  get held(): number {
    return this.#head.held + this.#outputs.held
  }

  get heldOut(): number {
    return this.#outputs.held
  }

  /** Nothing in hand, nothing waited for: only new input can make it do something. */
  get quiet(): boolean {
    if (this.#waits.any || this.#roundDone !== null || this.#signals.active) return false
    // A loop that is to stop as it is must not be flushed.
    if (this.#checkpoints.final !== null) return false
    return this.held === 0 && this.#state.activeCursor === null
  }

  /** An early end of input. Only a strand that reads a source does something. */
  stop(): void {
    if (this.#parts.source === null || this.#phase !== 'running') return
    // What the source has given already is taken; what it has yet to give is not waited for.
    const drains = this.#head.stop?.() === 'drains'
    this.#waits.dropHead()
    if (!drains) this.#endHead(true)
    this.wake()
  }

  /** Lets stages that hold records back emit them, as at the end, and goes on running: for feedback loops. */
  flushRound(done: (emitted: boolean) => void): void {
    if (this.#phase === 'closed') return done(false)
    this.#roundDone = done
    this.#unprompted.rewind()
    this.wake()
  }

  /** Ends it as it stands. Resolves when all it had opened is closed. */
  async abort(): Promise<void> {
    if (this.#phase === 'closed') return this.#teardown.closed
    const { at, promise } = this.#waits.pending ?? { at: null, promise: null }
    this.#phase = 'closed'
    this.publish()
    unfinishedRecords(this.#stages, this.#state, at === 'record')
    this.#teardown.cancelHead(this.#state, 'unfinished')
    for (const cursor of this.#state.cursors) this.#teardown.returnCursor(cursor)
    this.#outputs.abandon()
    await this.#teardown.close(at === 'head' ? null : promise)
  }

  get closing(): boolean {
    return this.#teardown.closing
  }

  /** Writes what the loop has counted to the books. */
  publish(): void {
    publishBooks(this.#stages, this.#state, this.#parts.source?.book ?? null)
  }

  turn(): boolean {
    if (this.#phase === 'closed' || this.#phase === 'idle' || this.#phase === 'concluding') return false
    try {
      return this.#pace.turn(this.#round, this.#paused)
    } catch (error) {
      this.#parts.host.fail(error)
      return true
    }
  }

  /** One round. True when there is more to do at once. */
  readonly #round = (): boolean => {
    // A pending pull of a source that nobody reads any more is not waited for.
    if (this.#waits.forHead && this.#heedFinished()) this.#waits.drop()
    if (this.#waits.any && !this.#goOn()) return false
    if (!this.#outputs.relieve()) return false
    this.#heedFinished()
    if (this.#phase === 'draining') return this.#drain()
    if (this.#state.activeCursor === null && !this.#feed()) return false
    this.#hand.reset()
    const own = this.#signals.active || this.#waits.hasAside
    return this.#handle(own ? this.#runner.drain() : this.#runner.run())
  }

  /** Looks at what the strand waits for. False while there is nothing else to do. */
  #goOn(): boolean {
    const settled = this.#waits.settled()
    if (settled !== null) return this.#handle(settled.resume())
    const { forHead } = this.#waits
    if (forHead && this.#own.any) {
      this.#waits.setAside()
      return true
    }
    this.#outputs.flush()
    if (forHead) this.#own.idle()
    return false
  }

  readonly #paused = (): void => {
    this.#outputs.feedHungry()
    this.wake()
  }

  /** A stage, or everybody downstream, may have lost interest while the strand slept. True when it is so. */
  #heedFinished(): boolean {
    if (this.#phase !== 'running' && this.#phase !== 'flushing') return false
    if (this.#checkpoints.final !== null) return false
    const op = this.#outputs.deserted ? this.#stages.length : this.#firstFinished()
    if (op === -1) return false
    this.#finish(op)
    return true
  }

  #firstFinished(): number {
    return this.#finishes ? this.#stages.findIndex((stage) => stage.finished === true) : -1
  }

  /** Finds work when no cursor has any: a timer, input, the flush. False when there is none now. */
  #feed(): boolean {
    if (this.#signals.active || this.#beginSignal()) return this.#signals.pass()
    if (this.#phase === 'running') {
      const due = this.#own.due
      if (due !== -1) return this.#unprompted.poll(due) !== 'waiting'
      if (this.#waits.hasAside) return this.#backToHead()
      const status = this.#runner.fill()
      if (status === 'failed') return this.#handle(Exit.error)
      if (status === 'ready') return true
      if (status === 'signal') {
        this.#signals.begin({ signal: this.#head.takeSignal!(), from: 0 })
        return this.#signals.pass()
      }
      if (status === 'ended') this.#endHead(false)
      else if (this.#roundDone === null) {
        this.#outputs.flush()
        this.#own.idle()
        this.#parts.onIdle?.()
        return false
      }
    }
    return this.#flush()
  }

  /** A signal that begins in this strand. */
  #beginSignal(): boolean {
    if (this.#phase !== 'running') return false
    const begun = this.#own.signal(this.#state)
    if (begun === null) return false
    this.#signals.begin(begun)
    return true
  }

  /** Ends behind the last barrier of a stop with savepoint: nothing is flushed. */
  #halt(): void {
    if (this.#phase !== 'running') return
    this.#endHead(true)
    this.#phase = 'draining'
    this.wake()
  }

  /** Timers and signals have had their turn; the head's answer is waited for again. */
  #backToHead(): boolean {
    const settled = this.#waits.takeUp()
    return settled !== null && this.#handle(settled.resume())
  }

  /** Acts on an exit of the loop. True when the strand can go on at once. */
  #handle(exit: ExitCode): boolean {
    let code = exit
    for (;;) {
      switch (code) {
        case Exit.next:
        case Exit.pause:
        case Exit.time:
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
    this.publish()
    if (this.#conclusion.immediate) {
      this.#close()
      return false
    }
    this.#phase = 'concluding'
    this.#conclusion.run().then(
      () => {
        if (this.#phase === 'concluding') this.#close()
      },
      (error: unknown) => this.#parts.host.fail(error),
    )
    return false
  }

  #close(): void {
    this.#phase = 'closed'
    void this.#teardown.close(null).then((error) => {
      if (error !== undefined) return this.#parts.host.fail(error)
      for (const stage of this.#stages) stage.complete?.()
      this.#outputs.complete()
      this.#parts.host.ended(this)
    })
  }

  /** The head has run dry, or is made to. */
  #endHead(early: boolean): void {
    if (early) this.#teardown.cancelHead(this.#state, 'dropped')
    this.#phase = 'flushing'
    this.#pace.restart()
    this.#unprompted.rewind()
    this.#runner.seal()
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
