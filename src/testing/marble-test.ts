import type { AnyServices } from '../functions/any-services.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import { isThenable } from '../util/is-thenable.ts'
import type { RecordStream } from '../stream/record-stream.ts'
import type { CollectingSink } from './collecting-sink.ts'
import type { StreamExpectation, SubscriptionExpectation } from './expectations.ts'
import { coldObservable, hotObservable, type MarbleObservable } from './marble-observable.ts'
import { MarbleSource } from './marble-source.ts'
import { type MarbleValues, parseMarbles, parseTime, type SubscriptionFrames } from './parse-marbles.ts'
import type { Barrier, Crash } from './marks.ts'
import { StreamProbe } from './stream-probe.ts'
import type { TestEnvironment } from './test-environment.ts'
import { type TestItem, type TestSource, testSource } from './test-source.ts'
import type { TestRecord } from './test-record.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A source drawn as a diagram. */
export type MarbleInput = Pick<MarbleObservable<unknown> | MarbleSource<unknown>, 'subscriptions'>

/**
 * What a marble test is written with. All diagrams are in RxJS's notation as in its run mode. Everything can be taken
 * off: `({ env, cold, expectStream }) => ...`.
 */
export class MarbleTest {
  readonly env: TestEnvironment
  readonly clock: VirtualClock
  readonly #record: TestRecord

  /** @param record where all of it is kept. */
  constructor(env: TestEnvironment, record: TestRecord) {
    this.env = env
    this.#record = record
    this.clock = env.clock
  }

  /** An Observable that plays its diagram to each subscriber. For `env.fromObservable`, which cannot hold it back. */
  readonly cold = <T = string>(
    marbles: string,
    values?: MarbleValues<T | Barrier | Crash>,
    error?: unknown,
  ): MarbleObservable<NoInfer<T>> =>
    this.#input(
      marbles,
      coldObservable<T>(parseMarbles<T | Barrier | Crash>(marbles, values, error), this.env),
    )

  /** An Observable that plays its diagram once, from frame 0 on, whoever listens. */
  readonly hot = <T = string>(
    marbles: string,
    values?: MarbleValues<T | Barrier | Crash>,
    error?: unknown,
  ): MarbleObservable<NoInfer<T>> =>
    this.#input(
      marbles,
      hotObservable<T>(
        parseMarbles<T | Barrier | Crash>(marbles, values, error),
        this.env,
        this.#record.script,
      ),
    )

  /**
   * A source for `env.fromSource` that is pulled: a record is there from its frame on and waits to be asked for, so
   * that a slow pipeline holds it back, which `expectReads` shows.
   */
  readonly source = <T = string>(
    marbles: string,
    values?: MarbleValues<T | Barrier | Crash>,
    error?: unknown,
  ): MarbleSource<NoInfer<T>> =>
    this.#input(
      marbles,
      new MarbleSource<T>(parseMarbles<T | Barrier | Crash>(marbles, values, error), this.clock),
    )

  /** `testSource` whose PAUSE is virtual. */
  readonly testSource = <T>(items: readonly TestItem<T>[]): TestSource<T> =>
    testSource(items, { clock: this.clock })

  /** The frame `|` stands in: `time('10ms |')` is 10. */
  readonly time = (marbles: string): number => parseTime(marbles)

  /** A promise that resolves after `ms` of virtual time, for functions of the pipeline that take time. */
  readonly delay = (ms: number, signal?: AbortSignal): Promise<void> => this.clock.delay(ms, signal)

  /** Does something in that frame, after the timers before it and before what diagrams bring later in the frame. */
  readonly at = (frame: number | string, run: () => unknown): void => {
    const due = typeof frame === 'string' ? parseTime(frame) : frame
    this.#record.waiting.add(due)
    const action = this.clock.scheduler.schedule(() => {
      this.#record.waiting.delete(due)
      this.#attempt(run)
    }, due)
    this.#record.script.add(action)
  }

  /**
   * What comes out of a stream: each record in its frame, `|` where this branch is complete, `#` where the job fails
   * before. Reading a stream for this does not change it.
   */
  readonly expectStream = <T>(stream: RecordStream<T, AnyServices, unknown>): StreamExpectation<T> => {
    const probe = this.#probe(new StreamProbe(stream, this.clock))
    return this.#record.expectations.marbles(`expectStream(${probe.name})`, ({ failure }) =>
      probe.marbles(failure),
    )
  }

  /**
   * What operators gave up on, as the records, or as what `read` makes of the letters. The stream of dead letters is
   * complete when every operator is that could send one.
   */
  readonly expectDeadLetters = <T = unknown>(
    read: (letter: DeadLetter) => T = ({ record }) => record as T,
  ): StreamExpectation<T> => {
    const letters = this.env.deadLetters()
    const probe = this.#probe(new StreamProbe(letters, this.clock, (letter) => read(letter as DeadLetter)))
    return this.#record.expectations.marbles('expectDeadLetters()', ({ failure }) => probe.marbles(failure))
  }

  /** When records became visible in a sink: with those that are transactional, the frames of the commits. */
  readonly expectReceived = <T>(sink: Pick<CollectingSink<T>, 'received'>): StreamExpectation<T> =>
    this.#record.expectations.marbles(
      'expectReceived()',
      () => sink.received.map(({ value, at }) => ({ frame: at, kind: 'next', value })),
      false,
    )

  /** When a source was subscribed to, or opened, and when it was left: `^---!`. */
  readonly expectSubscriptions = (
    source: MarbleInput | readonly SubscriptionFrames[],
  ): SubscriptionExpectation => {
    const actual = 'subscriptions' in source ? source.subscriptions : source
    return this.#record.expectations.subscriptions('expectSubscriptions()', actual)
  }

  /** When the pipeline took each record of a pull source: `|` is the end it was told, `#` the error it was given. */
  readonly expectReads = <T>(source: MarbleSource<T>): StreamExpectation<T> =>
    this.#record.expectations.marbles('expectReads()', () => source.reads, false)

  #input<I extends MarbleObservable<unknown> | MarbleSource<unknown>>(marbles: string, input: I): I {
    this.#record.inputs.push({ marbles, subscriptions: input.subscriptions })
    return input
  }

  #probe(probe: StreamProbe): StreamProbe {
    this.#record.probes.push(probe)
    return probe
  }

  #attempt(run: () => unknown): void {
    const fail = (error: unknown): void => {
      this.#record.broken ??= { error }
    }
    try {
      const result = run()
      if (isThenable(result)) result.then(() => {}, fail)
    } catch (error) {
      fail(error)
    }
  }
}
