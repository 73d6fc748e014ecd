import type { CheckpointMember } from '../checkpoint/checkpoint-host.ts'
import type { ReadWaker } from '../flow-control/channel.ts'
import type { HeadTap } from './loop-runner.ts'
import type { Doing } from '../metrics/activity.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import { MarkerCue } from './marker-cue.ts'
import { Resting } from './resting.ts'
import { publishBooks } from './strand-books.ts'
import { StrandCheckpoints } from './strand-checkpoints.ts'
import { StrandConclusion } from './strand-conclusion.ts'
import type { StrandParts } from './strand-parts.ts'
import { StrandTeardown } from './strand-teardown.ts'
import { StrandWork } from './strand-work.ts'
import type { Runnable } from './task-loop.ts'
import { Waits } from './waits.ts'

/**
 * One fused chain of one subtask between two asynchronous boundaries: a head it reads, a loop that runs records
 * through the stages, and outputs. It runs in turns; it waits (for input, room, a promise) by returning, and is woken.
 * A wake-up too many does no harm: every turn looks again at what it waits for.
 */
export class Strand implements Runnable, ReadWaker {
  queued = false
  next: Runnable | null = null
  readonly #parts: StrandParts
  readonly #work: StrandWork
  readonly #checkpoints: StrandCheckpoints
  readonly #conclusion: StrandConclusion
  readonly #teardown: StrandTeardown
  readonly #resting: Resting
  readonly #cue = new MarkerCue()
  #phase: 'idle' | 'running' | 'concluding' | 'closed' = 'idle'
  /** It had ended before the job was continued. */
  #ended = false
  /** From its last turn on. */
  #doing: Doing = 'idle'
  #isFull = false

  constructor(parts: StrandParts) {
    this.#parts = parts
    const waits = new Waits(parts.outputs, this)
    this.#resting = new Resting(parts, waits)
    this.#teardown = new StrandTeardown(parts)
    this.#checkpoints = new StrandCheckpoints(parts, this, () => this.#work.halt())
    this.#conclusion = new StrandConclusion(parts, this.#checkpoints)
    this.#work = new StrandWork(parts, {
      teardown: this.#teardown,
      checkpoints: this.#checkpoints,
      waits,
      cue: this.#cue,
      waker: this,
      drained: () => this.#conclude(),
    })
  }

  /** Brings back what a checkpoint held, then opens operators and head. Nothing runs before every strand is open. */
  async open(): Promise<void> {
    this.#ended = await this.#checkpoints.restore()
    await this.#teardown.open()
  }

  start(): void {
    if (this.#phase !== 'idle') return
    this.#phase = 'running'
    const { host, activity, calls } = this.#parts
    const now = host.clock.monotonic()
    activity.begin(now)
    calls?.begin(now)
    // What it had to do was done before the checkpoint: nothing is left to flush.
    if (this.#ended) this.#work.halt()
    this.wake()
  }

  /** Id of the source at its head; null: it reads something else. */
  get source(): string | null {
    return this.#parts.source?.node.id ?? null
  }

  /** Has somebody look at what the source gives; null: nobody does. */
  tapSource(tap: HeadTap | null): void {
    this.#work.runner.tap = tap
  }

  /** Puts a record back before the operator that gave it up, when it is its turn. False: it is not here, or has ended. */
  replay(replay: Replay): boolean {
    const { letters } = this.#parts
    if (!this.#work.putBack.takes(replay.nodeId)) return false
    letters.add(replay)
    this.wake()
    return true
  }

  /** A marker is due here, by the monotonic clock. For a strand that reads a source. */
  mark(now: number): void {
    if (this.#phase !== 'running') return
    this.#cue.give(now)
    this.wake()
  }

  /** What checkpoints deal with. */
  get member(): CheckpointMember {
    return this.#checkpoints
  }

  wake(): void {
    this.#work.disturb()
    this.#parts.host.taskLoop.enqueue(this)
  }

  wakeToRead(): void {
    this.#parts.host.taskLoop.enqueue(this)
  }

  /** Records inside: in the head's channels or window, and in output chunks. */
  get held(): number {
    return this.#parts.head.held + this.#parts.outputs.held
  }

  get heldOut(): number {
    return this.#parts.outputs.held
  }

  /** Nothing in hand, nothing waited for: only new input can make it do something. */
  get quiet(): boolean {
    return this.#work.quiet
  }

  /** An early end of input. Only a strand that reads a source does something. */
  stop(): void {
    if (this.#parts.source !== null && this.#phase === 'running') this.#work.stop()
  }

  /** Lets stages that hold records back emit them, as at the end, and goes on running: for feedback loops. */
  flushRound(done: (emitted: boolean) => void): void {
    if (this.#phase === 'closed') done(false)
    else this.#work.flushRound(done)
  }

  /** Ends it as it stands. Resolves when all it had opened is closed. */
  async abort(): Promise<void> {
    if (this.#phase === 'closed') return this.#teardown.closed
    this.#phase = 'closed'
    this.#parts.activity.end(this.#parts.host.clock.monotonic())
    this.publish()
    const concluding = this.#conclusion.abandon()
    await this.#teardown.close(this.#work.abandon() ?? concluding)
  }

  get closing(): boolean {
    return this.#teardown.closing
  }

  /** Writes what the loop has counted to the books. */
  publish(): void {
    const { stages, state, source } = this.#parts
    publishBooks(stages, state, source?.book ?? null)
  }

  turn(): number {
    if (this.#phase !== 'running') return NaN
    let since = NaN
    try {
      since = this.#work.turn()
    } catch (error) {
      this.#parts.host.fail(error)
    }
    this.#doing = this.#resting.doing(this.queued)
    if (this.#parts.calls !== null) this.#isFull = this.#resting.isFull
    return since
  }

  /** What it does from here on was decided by its turn: the clock is looked at later. */
  spent(from: number, until: number): void {
    const { activity, calls } = this.#parts
    const isOver = this.#phase === 'closed'
    activity.turn(from, until, this.#doing)
    calls?.turn(from, until, this.#doing, this.#isFull || this.#phase !== 'running')
    if (isOver) activity.end(until)
  }

  /** The last record is out: what was done is made safe, where that matters, then operators are closed. */
  #conclude(): void {
    this.publish()
    if (this.#conclusion.immediate) {
      this.#close()
      return
    }
    this.#phase = 'concluding'
    this.#conclusion.run().then(
      () => {
        if (this.#phase !== 'concluding') return
        this.#parts.activity.end(this.#parts.host.clock.monotonic())
        this.#close()
      },
      (error: unknown) => this.#parts.host.fail(error),
    )
  }

  /** Operators are closed, then the outputs complete. */
  #close(): void {
    const { host, stages, outputs } = this.#parts
    this.#phase = 'closed'
    void this.#teardown.close(null).then((error) => {
      if (error !== undefined) return host.fail(error)
      for (const stage of stages) stage.complete?.()
      outputs.complete()
      host.ended(this)
    })
  }
}
