import type { Outputs } from '../flow-control/outputs.ts'
import { LoopRunner } from './loop-runner.ts'
import { Exit, type ExitCode, type LoopState } from './loop-state.ts'
import { LostInterest } from './lost-interest.ts'
import { OwnWork } from './own-work.ts'
import { Pace } from './pace.ts'
import { PutBack } from './put-back.ts'
import { RecordInHand } from './record-in-hand.ts'
import { SignalPass } from './signal-pass.ts'
import { unfinishedRecords } from './strand-books.ts'
import type { StrandParts } from './strand-parts.ts'
import { UnpromptedOutputs } from './unprompted-outputs.ts'
import type { Waits } from './waits.ts'
import type { Workplace } from './workplace.ts'

/**
 * What a strand does in its turns: rounds of the loop while the head has records; between them what came of a promise,
 * signals, timers; at the end the flush.
 */
export class StrandWork {
  readonly #parts: StrandParts
  readonly #place: Workplace
  readonly #outputs: Outputs
  readonly #state: LoopState
  readonly #pace: Pace
  readonly runner: LoopRunner
  readonly #hand: RecordInHand
  readonly putBack: PutBack
  readonly #unprompted: UnpromptedOutputs
  readonly #signals: SignalPass
  readonly #own: OwnWork
  readonly #waits: Waits
  readonly #lost: LostInterest
  /** Nothing emits of its own accord here, or several records for one. */
  readonly #onlyReads: boolean
  /** As long as this holds, nothing can give it work but records to read, or room for them. */
  #undisturbed = false
  #phase: 'running' | 'flushing' | 'draining' | 'over' = 'running'
  /** Called when a flush round of a feedback loop is done; the strand then goes on running. */
  #roundDone: ((emitted: boolean) => void) | null = null

  constructor(parts: StrandParts, place: Workplace) {
    const { stages, outputs, state, loop, host } = parts
    const { teardown, waits } = place
    this.#parts = parts
    this.#place = place
    this.#outputs = outputs
    this.#state = state
    this.#waits = waits
    const wait = this.#waits.begin
    this.#pace = new Pace(host.clock, () => loop.speedUp())
    this.runner = new LoopRunner(parts, this.#pace)
    this.#hand = new RecordInHand(parts, { wait, delay: (ms) => teardown.delay(ms) })
    this.putBack = new PutBack(parts, this.#hand)
    this.#unprompted = new UnpromptedOutputs(parts, wait)
    this.#signals = new SignalPass(parts, this.#unprompted, place.checkpoints)
    this.#own = new OwnWork(parts, place)
    this.#onlyReads = state.cursors.length === 0 && this.#own.timeless
    this.#lost = new LostInterest(stages, outputs)
  }

  /** One turn. Since when it may have taken long; NaN: it was short. */
  turn(): number {
    return this.#pace.turn(this.#round, this.#paused)
  }

  /** Something has changed that a round has to look for. */
  disturb(): void {
    this.#undisturbed = false
  }

  /** Nothing in hand, nothing waited for: only new input can make it do something. */
  get quiet(): boolean {
    if (this.#waits.any || this.#roundDone !== null || this.#signals.active || this.putBack.any) return false
    // A loop that is to stop as it is must not be flushed.
    if (this.#place.checkpoints.final !== null) return false
    return this.#parts.head.held === 0 && this.#outputs.held === 0 && this.#state.activeCursor === null
  }

  /** An early end of the source at the head. */
  stop(): void {
    if (this.#phase !== 'running') return
    // What the source has given already is taken; what it has yet to give is not waited for.
    const drains = this.#parts.head.stop?.() === 'drains'
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
    this.#parts.letters.abandon()
    unfinishedRecords(this.#parts.stages, this.#state, at === 'record')
    teardown.cancelHead(this.#state, 'unfinished')
    for (const cursor of this.#state.cursors) teardown.returnCursor(cursor)
    this.#outputs.abandon()
    return at === 'head' ? null : promise
  }

  /** One round. True when there is more to do at once. */
  readonly #round = (): boolean => {
    if (!(this.#undisturbed ? this.#read() : this.#look())) return false
    this.#hand.reset()
    return this.#handle(this.runner.run())
  }

  /** Sees to all that may have changed. False when the loop has nothing to run on. */
  #look(): boolean {
    // A pending pull of a source that nobody reads any more is not waited for.
    if (this.#waits.forHead && this.#heedFinished()) this.#waits.drop()
    if (this.#waits.any && !this.#goOn()) return false
    if (!this.#outputs.relieve()) return false
    this.#heedFinished()
    if (this.#phase === 'draining') return this.#drain()
    return this.#state.activeCursor !== null || this.#feed()
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
    const op = this.#lost.at
    if (op === -1) return false
    this.#finish(op)
    return true
  }

  /** Finds work when no cursor has any: a timer, input, the flush. False when there is none now. */
  #feed(): boolean {
    this.runner.leaveHead()
    this.#hand.leavePutBack()
    if (this.#signals.active || this.#beginSignal()) return this.#signals.pass()
    if (this.#phase !== 'running') return this.#flush()
    const due = this.#own.due
    if (due !== -1) return this.#unprompted.poll(due) !== 'waiting'
    if (this.putBack.due) return this.#handle(this.putBack.next())
    if (this.#waits.hasAside) return this.#backToHead()
    return this.#read()
  }

  /** Asks the head for records. False when it has none now. */
  #read(): boolean {
    switch (this.runner.fill()) {
      case 'ready':
        return true
      case 'failed':
        return this.#handle(Exit.error)
      case 'signal':
        this.#undisturbed = false
        this.#signals.begin({ signal: this.#parts.head.takeSignal!(), from: 0 })
        return this.#signals.pass()
      case 'ended':
        this.#endHead(false)
        return this.#flush()
      case 'idle':
        if (this.#roundDone !== null) return this.#flush()
        this.#rest()
        this.#own.idle()
        this.#parts.onIdle?.()
        return false
    }
  }

  /** There is nothing to do: what it has gone through goes out. */
  #rest(): void {
    this.#outputs.flush()
    this.#undisturbed ||=
      this.#onlyReads &&
      this.#phase === 'running' &&
      this.#roundDone === null &&
      this.#waits.pending === null &&
      !this.#signals.active &&
      !this.#own.any
  }

  /** A signal that begins in this strand. */
  #beginSignal(): boolean {
    return this.#phase === 'running' && this.#signals.begin(this.#own.signal(this.#state))
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
          this.#undisturbed = false
          return this.#outputs.relieve()
        case Exit.held:
          this.#rest()
          return false
        case Exit.ended:
          if (this.#phase === 'running') this.#endHead(false)
          return true
        case Exit.finished:
          this.#finish(this.#lost.atStage)
          return true
        case Exit.await:
        case Exit.pull:
        case Exit.error: {
          this.#undisturbed = false
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
    this.#undisturbed = false
    this.#phase = 'flushing'
    this.#parts.letters.close()
    this.#pace.restart()
    this.#unprompted.rewind()
    this.runner.seal()
  }

  /** Stage `op` wants no more: what comes before it is cancelled, what it let through ends normally. */
  #finish(op: number): void {
    const stage = this.#parts.stages[op]
    if (stage !== undefined) stage.finished = false
    for (const cursor of this.#state.cursors) if (cursor.stage < op) this.#place.teardown.returnCursor(cursor)
    if (this.#phase === 'running') this.#endHead(true)
    this.#unprompted.skipTo(op)
  }
}
