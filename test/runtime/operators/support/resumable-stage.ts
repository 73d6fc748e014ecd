import * as assert from 'uvu/assert'
import type { Transformation } from '../../../../src/graph/transformation.ts'
import type { Outputs } from '../../../../src/runtime/flow-control/outputs.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import type { StageEnvironment } from '../../../../src/runtime/operators/stage-environment.ts'
import { OperatorState } from '../../../../src/runtime/state/operator-state.ts'
import type { SavedState } from '../../../../src/runtime/state/state-capture.ts'
import { writeCaptures } from '../../../../src/runtime/state/write-captures.ts'
import { EventTime } from '../../../../src/runtime/task/event-time.ts'
import type { Stage } from '../../../../src/runtime/task/stage.ts'
import { realClock } from '../../../../src/time/real-clock.ts'
import { Blobs } from '../../state/support/blobs.ts'
import { HandClock } from '../../task/support/hand-clock.ts'
import { CountingWaker, createNode, createScope } from '../../task/support/parts.ts'

export type BuildStage = (node: Transformation, env: StageEnvironment) => Stage

export interface StageRecord {
  readonly value: unknown
  readonly key?: unknown
  readonly input?: number
}

/** One stage, driven by hand, with the state of a job that takes checkpoints. */
export class ResumableStage {
  readonly emitted: unknown[] = []
  readonly clock = new HandClock()
  readonly waker = new CountingWaker()
  readonly book = new Book()
  readonly state: OperatorState
  readonly stage: Stage

  constructor(build: BuildStage, told: object, subtaskIndex = 0, parallelism = 1) {
    this.state = new OperatorState({ operator: 'op', subtaskIndex, parallelism, clock: realClock })
    this.stage = build(createNode({ keyed: true, ...told }), {
      scope: createScope({ subtaskIndex, parallelism }),
      book: this.book,
      clock: this.clock,
      waker: this.waker,
      outputs: {} as Outputs,
      pipeContext: {} as StageEnvironment['pipeContext'],
      state: this.state,
      eventTime: new EventTime(),
      timed: false,
    })
  }

  async open(saved: readonly SavedState[], blobs: Blobs): Promise<this> {
    await this.state.restore({ subtasks: saved, read: blobs.read, reusable: true })
    await this.stage.open?.()
    return this
  }

  async record({ value, key, input = 0 }: StageRecord): Promise<void> {
    if (this.stage.finished === true) return
    const result: unknown = await this.stage.call(value, key, input, NaN)
    if (this.stage.mode === 'test') {
      if (result === true) this.emitted.push(value)
    } else if (this.stage.mode === 'many') await this.take(result)
    else this.emitted.push(result)
  }

  async end(): Promise<void> {
    while (await this.take(await this.stage.end?.()));
  }

  /** Takes all of it, or so many; false where there is nothing. */
  async take(outputs: unknown, most = Infinity): Promise<boolean> {
    if (outputs === undefined) return false
    const iterator = (outputs as Iterable<unknown>)[Symbol.iterator]()
    for (let taken = 0; taken < most; taken++) {
      const step = await (iterator.next() as IteratorResult<unknown> | Promise<IteratorResult<unknown>>)
      if (step.done === true) break
      // What goes out is out: nobody changes it any more.
      this.emitted.push(structuredClone(step.value))
    }
    return true
  }

  /** Takes a checkpoint; `meanwhile` happens behind the barrier and before anything is written. */
  async save(blobs: Blobs, meanwhile: () => unknown = () => {}): Promise<SavedState> {
    const capture = this.state.capture(false)
    await meanwhile()
    const [saved] = await writeCaptures([capture], blobs.put, realClock)
    capture.succeeded(saved as SavedState)
    return saved as SavedState
  }
}

/**
 * Wherever the stage dies, a fresh one goes on from its last checkpoint, the second of two, as if nothing had
 * happened: the old one goes on behind the barrier before its state is written.
 */
export async function resumesAnywhere(
  build: BuildStage,
  told: object,
  records: () => readonly StageRecord[],
): Promise<void> {
  const whole = new ResumableStage(build, told)
  await whole.stage.open?.()
  for (const record of records()) await whole.record(record)
  await whole.end()
  for (let cut = 0; cut <= records().length; cut++) {
    const [blobs, first] = [new Blobs(), new ResumableStage(build, told)]
    await first.stage.open?.()
    const given = records()
    const half = cut >> 1
    for (const record of given.slice(0, half)) await first.record(record)
    await first.save(blobs)
    for (const record of given.slice(half, cut)) await first.record(record)
    const before = first.emitted.length
    const saved = await first.save(blobs, async () => {
      for (const record of given.slice(cut)) await first.record(record)
      await first.end()
    })
    const second = await new ResumableStage(build, told).open([saved], blobs)
    for (const record of records().slice(cut)) await second.record(record)
    await second.end()
    assert.equal([...first.emitted.slice(0, before), ...second.emitted], whole.emitted, `cut at ${cut}`)
    assert.equal(first.emitted, whole.emitted)
  }
}
