import type { RecordContext } from '../functions/context.ts'
import { excerpt } from '../errors/excerpt.ts'
import type { JoinFunction, JoinType } from '../functions/join-function.ts'
import type { KeyedAggregator } from '../functions/keyed-aggregator.ts'
import type {
  KeyedFilterer,
  KeyedFlatMapper,
  KeyedMapper,
  KeyedProcessor,
} from '../functions/keyed-functions.ts'
import type { CallOperatorOptions, OperatorOptions } from '../functions/operator-options.ts'
import type { AnyServices } from '../functions/any-services.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { StateDescriptors } from '../functions/state-descriptors.ts'
import type { Tapper } from '../functions/tapper.ts'
import type {
  FlatMapFunction,
  FunctionOr,
  MapFunction,
  Predicate,
  ProcessFunction,
  Reducer,
  Scanner,
  SinkFunction,
} from '../functions/user-functions.ts'
import type { WindowAssigner } from '../functions/window-assigner.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'
import { checkPositiveInteger } from '../graph/check-number.ts'
import { checkFunction, checkMethods, checkUserFunction } from './check-function.ts'
import type { DataStream } from './data-stream.ts'
import { FlowStream } from './flow-stream.ts'
import { joinDraft, temporalJoinDraft } from './join-draft.ts'
import {
  joinOptionNames,
  type JoinOptions,
  temporalJoinOptionNames,
  type TemporalJoinOptions,
} from './join-options.ts'
import { dedupeOptionNames, type DedupeOptions } from './operator-options.ts'
import type { Keying, Recording } from './recording.ts'
import { windowDraft } from './window-draft.ts'
import type { WindowOptions } from './window-options.ts'
import { WindowedStream } from './windowed-stream.ts'

/** Of functions that declare none. */
type NoState = Record<never, never>

/**
 * A stream whose records have a key: its operators keep one state per key, and see the key as `ctx.key`. What `map`,
 * `flatMap` and `process` put out has no key; `filter` and `tap` leave records, and so their keys, as they are.
 */
export class KeyedStream<T, K, S extends ServiceMap = AnyServices> extends FlowStream<T, S, K> {
  #keying: Keying

  /** @internal */
  constructor(recording: Recording<S>, id: string, keying: Keying) {
    super(recording, id)
    this.#keying = keying
  }

  /** One result per record; a result of undefined drops the record. An object or class may declare state. */
  override map<O, D extends StateDescriptors = NoState>(
    fn: FunctionOr<MapFunction<T, O, S, K>, KeyedMapper<T, O, S, K, D>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    return super.map(fn, options)
  }

  /** Any number of results per record, pulled one at a time. An object or class may declare state. */
  override flatMap<O, D extends StateDescriptors = NoState>(
    fn: FunctionOr<FlatMapFunction<T, O, S, K>, KeyedFlatMapper<T, O, S, K, D>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    return super.flatMap(fn as FlatMapFunction<T, O, S, K>, options)
  }

  /**
   * Emits through `out` what it likes. An object or class may declare state and have `onTimer`; what it emits is then
   * told by the type of `out`: `process(value, ctx, out: Collector<Alert>)`.
   */
  override process<O, D extends StateDescriptors = NoState>(
    fn: FunctionOr<ProcessFunction<T, O, S, K>, KeyedProcessor<T, O, S, K, D>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    return super.process(fn, options)
  }

  /** Passes the records the predicate holds for; a type guard narrows the type. An object or class may declare state. */
  filter<O extends T>(
    predicate: (value: T, ctx: RecordContext<S, K>) => value is O,
    options?: CallOperatorOptions,
  ): KeyedStream<O, K, S>
  filter<D extends StateDescriptors = NoState>(
    predicate: FunctionOr<Predicate<T, S, K>, KeyedFilterer<T, S, K, D>>,
    options?: CallOperatorOptions,
  ): KeyedStream<T, K, S>
  filter(predicate: unknown, options?: CallOperatorOptions): KeyedStream<T, K, S> {
    checkUserFunction('filter', 'filter', predicate)
    const id = this.add(this.#keyed('filter'), options, predicate)
    return this.recording.keyedStream(id, this.#keying)
  }

  /** Calls the function for each record and passes the record on, whatever it returned. */
  tap(
    fn: FunctionOr<SinkFunction<T, S, K>, Tapper<T, S, K>>,
    options?: CallOperatorOptions,
  ): KeyedStream<T, K, S> {
    checkUserFunction('tap', 'tap', fn)
    const id = this.add(this.#keyed('tap'), options, fn)
    return this.recording.keyedStream(id, this.#keying)
  }

  /** The records of each key folded into one, emitted when the input has ended. */
  reduce(fn: Reducer<T>, options?: OperatorOptions): DataStream<T, S> {
    checkFunction('reduce', 'a reducer', fn)
    return this.append(this.#keyed('reduce'), options, fn)
  }

  /** One result per key, emitted when the input has ended. */
  aggregate<A, O>(aggregator: KeyedAggregator<T, A, O, K>, options?: OperatorOptions): DataStream<O, S> {
    checkMethods('aggregate', ['create', 'add', 'result'], aggregator)
    return this.append(this.#keyed('aggregate'), options, aggregator)
  }

  /**
   * The key's running accumulator, once per record. The seed is a value, which all keys start from and so must not
   * be changed in place, or a function that makes one per key. What comes out has no key, and the fold is given none:
   * where the key is wanted, fold it in from the record, as in `(acc, { id }) => ({ id, n: acc.n + 1 })`.
   */
  scan<A>(fold: Scanner<A, T>, seed: A | (() => A), options?: OperatorOptions): DataStream<A, S> {
    checkFunction('scan', 'a fold', fold)
    return this.append(this.#keyed('scan'), options, { fold, seed })
  }

  /** How many records each key had, emitted when the input has ended. */
  count(options?: OperatorOptions): DataStream<[key: K, count: number], S> {
    return this.append(this.#keyed('count'), options)
  }

  /** Puts each key's records in windows. */
  window(assigner: WindowAssigner, options?: WindowOptions): WindowedStream<T, K, S> {
    return new WindowedStream(this.recording, { ...windowDraft(assigner, options), ...this.reading() })
  }

  /** Passes the first record of each key. */
  dedupe(options?: DedupeOptions): DataStream<T, S> {
    const capacity = options?.capacity
    if (capacity !== undefined) checkPositiveInteger('dedupe', 'capacity', capacity)
    const draft = { ...this.#keyed('dedupe'), ...(capacity === undefined ? {} : { capacity }) }
    return this.append(draft, options, undefined, dedupeOptionNames)
  }

  /**
   * Pairs each record with each of the other stream that has the same key. The options say which pairs, and for how long
   * records are kept: with `between` while event time may bring a partner, with `ttl` for so long, else until both
   * streams have ended.
   * @throws InvalidArgumentError unless `right` is a keyed stream of the same environment.
   */
  join<R, O, J extends JoinType = 'inner'>(
    right: KeyedStream<R, K, S>,
    fn: JoinFunction<T, R, K, O, J>,
    options?: JoinOptions<J>,
  ): DataStream<O, S> {
    const inputs = this.#withRight('join', right)
    checkFunction('join', 'a join function', fn)
    return this.append(joinDraft(inputs, options), options, { join: fn }, joinOptionNames)
  }

  /**
   * Joins each record with the row of its key in a table that changes: the records of `table` are its rows, each of which
   * takes the place of the one before it with the same key. By event time a record waits until the watermark has passed
   * it, and meets the row of its own time; late ones are on the side output `late`.
   * @throws InvalidArgumentError unless `table` is a keyed stream of the same environment.
   */
  temporalJoin<R, O, J extends 'inner' | 'left' = 'inner'>(
    table: KeyedStream<R, K, S>,
    fn: JoinFunction<T, R, K, O, J>,
    options?: TemporalJoinOptions<R, J>,
  ): DataStream<O, S> {
    const inputs = this.#withRight('temporalJoin', table)
    checkFunction('temporalJoin', 'a join function', fn)
    const given = { join: fn, isDelete: options?.isDelete }
    return this.append(temporalJoinDraft(inputs, options), options, given, temporalJoinOptionNames)
  }

  protected override reading(): { readonly inputs: readonly string[]; readonly keyed: true } {
    return { inputs: [this.#keyedId()], keyed: true }
  }

  #withRight(operator: string, right: unknown): readonly string[] {
    if (!(right instanceof KeyedStream)) {
      throw invalidArgument(
        operator,
        `${operator} expects a keyed stream, got ${excerpt(right)}`,
        `give both streams a key: a.keyBy(ka).${operator}(b.keyBy(kb), fn)`,
      )
    }
    this.checkSameEnvironment(operator, [right])
    return [this.#keyedId(), (right as KeyedStream<unknown, unknown, S>).#keyedId()]
  }

  #keyed(kind: NodeDraft['kind']): NodeDraft {
    return { ...this.reading(), kind } as NodeDraft
  }

  /**
   * The `keyBy` node that keyed operators read. After a filter or a tap, which hand on bare records, that is a second
   * one with the same selector, recorded when it is first asked for.
   */
  #keyedId(): string {
    const { selector, keyBy } = this.#keying
    if (keyBy !== this.id && this.recording.builder.node(keyBy).inputs[0] !== this.id) {
      const draft: NodeDraft = { kind: 'keyBy', inputs: [this.id], keyed: false, sameAs: keyBy }
      this.#keying = { selector, keyBy: this.add(draft, undefined, selector) }
    }
    return this.#keying.keyBy
  }
}
