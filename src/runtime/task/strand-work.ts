import type { Outputs } from '../flow-control/outputs.ts'
import type { Waker } from '../flow-control/channel.ts'
import type { Head } from './heads/head.ts'
import { LoopRunner } from './loop-runner.ts'
import { Exit, type ExitCode, type LoopState } from './loop-state.ts'
import { OwnWork } from './own-work.ts'
import { Pace } from './pace.ts'
import { RecordInHand } from './record-in-hand.ts'
import { SignalPass } from './signal-pass.ts'
import type { Stage } from './stage.ts'
import { unfinishedRecords } from './strand-books.ts'
import type { StrandCheckpoints } from './strand-checkpoints.ts'
import type { StrandParts } from './strand-parts.ts'
import type { StrandTeardown } from './strand-teardown.ts'
import { UnpromptedOutputs } from './unprompted-outputs.ts'
import { Waits } from './waits.ts'

/** What the work of a strand belongs to. */
export interface Workplace {
  readonly teardown: StrandTeardown
  readonly checkpoints: StrandCheckpoints
  /** The strand: it is woken when there may be something to do. */
  readonly waker: Waker
  /** The head has ended, stages have emitted all they had, and the last record is out. */
  readonly drained: () => void
}

/**
 * What a strand does in its turns: rounds of the loop while the head has records; between them what came of a promise,
 * signals, timers; at the end the flush.
 */
export class StrandWork {
  readonly #parts: StrandParts
  readonly #place: Workplace
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
  readonly #waits: Waits
  readonly #finishes: boolean
  #phase: 'running' | 'flushing' | 'draining' | 'over' = 'running'
  /** Called when a flush round of a feedback loop is done; the strand then goes on running. */
  #roundDone: ((emitted: boolean) => void) | null = null

  constructor(parts: StrandParts, place: Workplace) {
    const { head, stages, outputs, state, loop, host } = parts
    const { teardown, checkpoints, waker } = place
    this.#parts = parts
    this.#place = place
    this.#head = head
    this.#stages = stages
    this.#outputs = outputs
    this.#state = state
    this.#waits = new Waits(outputs, waker)
    const wait = this.#waits.begin
    this.#pace = new Pace(host.clock, () => loop.speedUp())
    this.#runner = new LoopRunner(parts, this.#pace)
    this.#hand = new RecordInHand(parts, { wait, delay: (ms) => teardown.delay(ms) })
    this.#unprompted = new UnpromptedOutputs(parts, wait)
    this.#signals = new SignalPass(parts, this.#unprompted, checkpoints)
    this.#own = new OwnWork(parts, checkpoints)
    this.#finishes = stages.some((stage) => 'finished' in stage)
  }

  /** One turn. Whether it may have taken long. */
  turn(): boolean {
    return this.#pace.turn(this.#round, this.#paused)
  }

  /** Nothing in hand, nothing waited for: only new input can make it do something. */
  get quiet(): boolean {
    if (this.#waits.any || this.#roundDone !== null || this.#signals.active) return false
    // A loop that is to stop as it is must not be flushed.
    if (this.#place.checkpoints.final !== null) return false
    return this.#head.held === 0 && this.#outputs.held === 0 && this.#state.activeCursor === null
  }

  /** An early end of the source at the head. */
  stop(): void {
    if (this.#phase !== 'running') return
    // What the source has given already is taken; what it has yet to give is not waited for.
    const drains = this.#head.stop?.() === 'drains'
    this.#waits.dropHead()
    if (!drains) this.#endHead(true)
    this.#place.waker.wake()
  }

  /** Ends with nothing flushed: behind the last barrier of a stop with savepoint, or of what had ended by then. */
  halt(): void {
    if (this.#phase !== 'running') return
    this.#endHead(true)
    this.#phase = 'draining'
    this.#place.waker.wake()
  }

  /** Lets stages that hold records back emit them, as at the end, and goes on running. */
  flushRound(done: (emitted: boolean) => void): void {
    this.#roundDone = done
    this.#unprompted.rewind()
    this.#place.waker.wake()
  }

  /** Ends as it stands. What it waits for, unless that is the head's. */
  abandon(): Promise<unknown> | null {
    const { teardown } = this.#place
    const { at, promise } = this.#waits.pending ?? { at: null, promise: null }
    this.#phase = 'over'
    unfinishedRecords(this.#stages, this.#state, at === 'record')
    teardown.cancelHead(this.#state, 'unfinished')
    for (const cursor of this.#state.cursors) teardown.returnCursor(cursor)
    this.#outputs.abandon()
    return at === 'head' ? null : promise
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
    return this.#handle(this.#runner.run())
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
    this.#place.waker.wake()
  }

  /** A stage, or everybody downstream, may have lost interest while the strand slept. True when it is so. */
  #heedFinished(): boolean {
    if (this.#phase === 'draining' || this.#place.checkpoints.final !== null) return false
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
    this.#runner.leaveHead()
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

  /** The last records go out. */
  #drain(): false {
    if (!this.#outputs.flush()) return false
    this.#phase = 'over'
    this.#place.drained()
    return false
  }

  /** The head has run dry, or is made to. */
  #endHead(early: boolean): void {
    if (early) this.#place.teardown.cancelHead(this.#state, 'dropped')
    this.#phase = 'flushing'
    this.#pace.restart()
    this.#unprompted.rewind()
    this.#runner.seal()
  }

  /** Stage `op` wants no more: what comes before it is cancelled, what it let through ends normally. */
  #finish(op: number): void {
    const stage = this.#stages[op]
    if (stage !== undefined) stage.finished = false
    for (const cursor of this.#state.cursors) if (cursor.stage < op) this.#place.teardown.returnCursor(cursor)
    if (this.#phase === 'running') this.#endHead(true)
    this.#unprompted.skipTo(op)
  }
}
