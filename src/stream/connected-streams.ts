import type { ComapFunctions, ComapOutput, Comapper, ComapperOutput } from '../functions/comapper.ts'
import type { CallOperatorOptions } from '../functions/operator-options.ts'
import type { AnyServices } from '../functions/any-services.ts'
import type { ServiceMap } from '../functions/services.ts'
import type {
  ClassOf,
  FunctionOr,
  MapFunction,
  Mapper,
  Sink,
  SinkFunction,
} from '../functions/user-functions.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { checkFunction } from './check-function.ts'
import { comapDraft } from './comap-draft.ts'
import type { DataStream } from './data-stream.ts'
import type { KeyedConnectedStreams } from './keyed-connected-streams.ts'
import type { BatchSinkOptions, SinkOptions } from './operator-options.ts'
import type { Recording } from './recording.ts'

/** Streams side by side, each with a type of its own: what `connect` returns. */
export class ConnectedStreams<Inputs extends readonly unknown[], S extends ServiceMap = AnyServices> {
  readonly #recording: Recording<S>
  readonly #ids: readonly string[]

  /** @internal */
  constructor(recording: Recording<S>, ids: readonly string[]) {
    this.#recording = recording
    this.#ids = ids
  }

  /**
   * One function per input, in order, or a class with `map0`, `map1`, ... An undefined result drops the record.
   * @throws InvalidArgumentError when there are not as many functions as inputs.
   */
  comap<F extends ComapFunctions<Inputs, S>>(
    functions: F,
    options?: CallOperatorOptions,
  ): DataStream<ComapOutput<F>, S>
  comap<C extends Comapper<Inputs, S>>(
    functions: ClassOf<C>,
    options?: CallOperatorOptions,
  ): DataStream<ComapperOutput<C>, S>
  comap(functions: unknown, options?: CallOperatorOptions): DataStream<unknown, S> {
    const draft = comapDraft(this.#ids, false, functions)
    return this.#recording.dataStream(this.#recording.builder.add(draft, options, functions))
  }

  /**
   * Gives the records keys: by one selector for all inputs, or by one for each.
   * @throws InvalidArgumentError when there are not as many selectors as inputs.
   */
  keyBy<K>(
    selectors: ((value: Inputs[number]) => K) | { readonly [I in keyof Inputs]: (value: Inputs[I]) => K },
  ): KeyedConnectedStreams<Inputs, K, S> {
    const given: readonly unknown[] = Array.isArray(selectors) ? selectors : this.#ids.map(() => selectors)
    if (given.length !== this.#ids.length) {
      throw invalidArgument(
        'keyBy',
        `keyBy of ${this.#ids.length} inputs was given ${given.length} selectors`,
        'pass one selector for all inputs, or one for each',
      )
    }
    for (const selector of given) checkFunction('keyBy', 'key selectors', selector)
    const ids = this.#ids.map((id, index) =>
      this.#recording.builder.add({ kind: 'keyBy', inputs: [id], keyed: false }, undefined, given[index]),
    )
    return this.#recording.keyedConnected(ids)
  }

  /** One function for the records of all inputs: `map` on their union. */
  map<O>(
    fn: FunctionOr<MapFunction<Inputs[number], O, S>, Mapper<Inputs[number], O, S>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    return this.union().map(fn, options)
  }

  /**
   * A sink for the records of all inputs: `sink` on their union.
   * @returns the union.
   */
  sink(
    fn: FunctionOr<SinkFunction<Inputs[number][], S>, Sink<Inputs[number][], S>>,
    options: BatchSinkOptions,
  ): DataStream<Inputs[number], S>
  sink(
    fn: FunctionOr<SinkFunction<Inputs[number], S>, Sink<Inputs[number], S>>,
    options?: SinkOptions,
  ): DataStream<Inputs[number], S>
  sink(fn: unknown, options?: SinkOptions | BatchSinkOptions): DataStream<Inputs[number], S> {
    return this.union().sink(fn as SinkFunction<Inputs[number], S>, options as SinkOptions | undefined)
  }

  /** The records of all inputs in one stream, as they come. */
  union(): DataStream<Inputs[number], S> {
    const { builder } = this.#recording
    return this.#recording.dataStream(
      builder.add({ kind: 'union', inputs: this.#ids, keyed: false }, undefined),
    )
  }
}
