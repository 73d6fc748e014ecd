import type { Logger } from '../../../../src/functions/logger.ts'
import { silentLogger } from '../../../../src/functions/logger.ts'
import type { Transformation } from '../../../../src/graph/transformation.ts'
import type { Outputs } from '../../../../src/runtime/flow-control/outputs.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'
import { MetricRegistry } from '../../../../src/runtime/metrics/metric-registry.ts'
import type { StageEnvironment } from '../../../../src/runtime/operators/stage-environment.ts'
import { EventTime } from '../../../../src/runtime/task/event-time.ts'
import type { Stage } from '../../../../src/runtime/task/stage.ts'
import { HandClock } from '../../task/support/hand-clock.ts'
import { CountingWaker, createNode, createScope } from '../../task/support/parts.ts'
import { type Snapshot, TestState } from './test-state.ts'

/** What a stage emitted, and with which event time. */
export interface Emitted {
  readonly value: unknown
  readonly time: number
}

interface BenchOptions {
  readonly state?: Snapshot
  readonly clock?: HandClock
  /** Whether somebody reads the side outputs. */
  readonly sides?: boolean
}

type Build<N> = (node: N, given: unknown, env: StageEnvironment) => Stage

/** Drives one stage by hand, as a strand does: records, watermarks and timers go in, what it emits is noted. */
export class StageBench<N extends Transformation> {
  readonly emitted: Emitted[] = []
  readonly sides: { readonly tag: string; readonly value: unknown; readonly time: number }[] = []
  readonly warnings: string[] = []
  readonly book = new Book()
  readonly metrics = new MetricRegistry()
  readonly clock: HandClock
  readonly state: TestState
  readonly waker = new CountingWaker()
  readonly stage: Stage
  readonly #eventTime = new EventTime()

  constructor(build: Build<N>, told: Partial<N>, given: unknown, options: BenchOptions = {}) {
    this.clock = options.clock ?? new HandClock()
    this.state = new TestState(options.state)
    const logger: Logger = { ...silentLogger, warn: (message) => void this.warnings.push(message) }
    const node = createNode({ keyed: true, inputs: ['n0', 'n1'], ...told }) as N
    const outputs = {
      reads: () => options.sides === true,
      side: (_operator: string, tag: string, value: unknown, time: number) => {
        this.sides.push({ tag, value, time })
        return true
      },
    }
    this.stage = build(node, given, {
      scope: createScope({ logger, metrics: this.metrics }),
      book: this.book,
      clock: this.clock,
      waker: this.waker,
      outputs: outputs as unknown as Outputs,
      pipeContext: {} as StageEnvironment['pipeContext'],
      state: this.state,
      eventTime: this.#eventTime,
      timed: true,
    })
  }

  get values(): unknown[] {
    return this.emitted.map(({ value }) => value)
  }

  /** What was saved comes back, then the stage opens. */
  async open(): Promise<this> {
    await this.state.load()
    await this.stage.open?.()
    return this
  }

  async record(value: unknown, key: unknown, input: number, time: number): Promise<void> {
    this.book.in++
    await this.#take(await this.stage.call(value, key, input, time), time)
  }

  /** Event time comes to `time`. What the stage would not be asked for is not asked for. */
  async watermark(time: number): Promise<void> {
    this.#eventTime.watermark = time
    while ((this.stage.dueAt ?? time) <= time) {
      if (!(await this.#take(await this.stage.advance?.(time), NaN))) break
    }
  }

  /** Time passes, and timers fire. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    while (this.stage.due === true) await this.#take(await this.stage.poll?.(), NaN)
  }

  /** The input ends. Event time comes to its end only for a stage that waits for it. */
  async end(): Promise<void> {
    if (this.stage.advance !== undefined) await this.watermark(Infinity)
    while (await this.#take(await this.stage.end?.(), NaN));
  }

  /** Takes all of it; false where there is nothing, not even an empty iterator. */
  async #take(outputs: unknown, time: number): Promise<boolean> {
    if (outputs === undefined) return false
    const iterator = (outputs as Iterable<unknown>)[Symbol.iterator]()
    for (;;) {
      const step = await (iterator.next() as IteratorResult<unknown> | Promise<IteratorResult<unknown>>)
      if (step.done === true) return true
      this.emitted.push({ value: step.value, time: this.stage.stamp?.timestamp ?? time })
    }
  }
}
