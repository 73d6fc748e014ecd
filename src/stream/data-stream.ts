import type { Filterer } from '../functions/filterer.ts'
import type { CallOperatorOptions, OperatorOptions } from '../functions/operator-options.ts'
import type { RecordContext } from '../functions/context.ts'
import type { AnyServices } from '../functions/any-services.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { Tapper } from '../functions/tapper.ts'
import type {
  Aggregator,
  FunctionOr,
  Predicate,
  Reducer,
  Scanner,
  SinkFunction,
} from '../functions/user-functions.ts'
import type { WindowAssigner } from '../functions/window-assigner.ts'
import { checkName } from '../graph/check-options.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'
import { checkFunction, checkMethods, checkUserFunction } from './check-function.ts'
import { FlowStream } from './flow-stream.ts'
import type { DedupeOptions, SingleOptions } from './operator-options.ts'
import { singleOptions } from './single-options.ts'
import { windowDraft } from './window-draft.ts'
import type { WindowOptions } from './window-options.ts'
import { WindowedStream } from './windowed-stream.ts'

const WHOLE = 'its result is one for the whole stream; keyBy first to have one per key'

/** Kinds whose functions are given a Collector, and so can emit on side outputs; and those that put late records there. */
const sideKinds: readonly string[] = [
  'map',
  'flatMap',
  'process',
  'comap',
  'windowJoin',
  'intervalJoin',
  'ttlJoin',
  'temporalJoin',
  'window',
]

/** A stream of records without a key. */
export class DataStream<T, S extends ServiceMap = AnyServices> extends FlowStream<T, S, undefined> {
  /** Passes the records the predicate holds for; a type guard narrows the type. */
  filter<O extends T>(
    predicate: (value: T, ctx: RecordContext<S, undefined>) => value is O,
    options?: CallOperatorOptions,
  ): DataStream<O, S>
  filter(
    predicate: FunctionOr<Predicate<T, S>, Filterer<T, S>>,
    options?: CallOperatorOptions,
  ): DataStream<T, S>
  filter(predicate: unknown, options?: CallOperatorOptions): DataStream<T, S> {
    checkUserFunction('filter', 'filter', predicate)
    return this.append(this.draft('filter'), options, predicate)
  }

  /** Calls the function for each record and passes the record on, whatever it returned. */
  tap(fn: FunctionOr<SinkFunction<T, S>, Tapper<T, S>>, options?: CallOperatorOptions): DataStream<T, S> {
    checkUserFunction('tap', 'tap', fn)
    return this.append(this.draft('tap'), options, fn)
  }

  /** All records folded into one, emitted when the input has ended; nothing for an empty input. */
  reduce(fn: Reducer<T>, options?: SingleOptions): DataStream<T, S> {
    checkFunction('reduce', 'a reducer', fn)
    return this.append(this.draft('reduce'), singleOptions('reduce', options, WHOLE), fn)
  }

  /** One result for all records, emitted when the input has ended; of an empty input that of a fresh accumulator. */
  aggregate<A, O>(aggregator: Aggregator<T, A, O>, options?: SingleOptions): DataStream<O, S> {
    checkMethods('aggregate', ['create', 'add', 'result'], aggregator)
    return this.append(this.draft('aggregate'), singleOptions('aggregate', options, WHOLE), aggregator)
  }

  /** The running accumulator, once per record. The seed is a value, or a function that makes one. */
  scan<A>(fold: Scanner<A, T>, seed: A | (() => A), options?: SingleOptions): DataStream<A, S> {
    checkFunction('scan', 'a fold', fold)
    return this.append(this.draft('scan'), singleOptions('scan', options, WHOLE), { fold, seed })
  }

  /** How many records there were, emitted when the input has ended; 0 for an empty input. */
  count(options?: SingleOptions): DataStream<number, S> {
    return this.append(this.draft('count'), singleOptions('count', options, WHOLE))
  }

  /** Puts all records of the stream in windows, in one subtask. */
  window(assigner: WindowAssigner, options?: WindowOptions): WindowedStream<T, undefined, S> {
    return new WindowedStream(this.recording, { ...windowDraft(assigner, options), ...this.reading() })
  }

  /**
   * Passes the first record of each key, by default of each value. The same as `keyBy(selector).dedupe(options)`.
   */
  dedupe(selector: (value: T) => unknown = (value) => value, options?: DedupeOptions): DataStream<T, S> {
    return this.keyBy(selector).dedupe(options)
  }

  /**
   * What this operator emitted on the side output of that tag.
   * @throws InvalidArgumentError unless the stream is the result of an operator that has side outputs.
   */
  sideOutput<O>(tag: string, options?: OperatorOptions): DataStream<O, S> {
    const { kind, name } = this.recording.builder.node(this.id)
    checkName(name, 'the tag of a side output', tag)
    if (!sideKinds.includes(kind)) {
      throw invalidArgument(
        name,
        `"${name}" is a ${kind}, which has no side outputs`,
        'call sideOutput on what process, map, flatMap, comap, window or a join by event time returned',
      )
    }
    return this.append({ ...this.draft('sideOutput'), tag } as NodeDraft, options)
  }

  protected override reading(): { readonly inputs: readonly string[]; readonly keyed: false } {
    return { inputs: [this.id], keyed: false }
  }
}
