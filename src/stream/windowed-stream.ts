import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorOptions } from '../functions/operator-options.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { FunctionOr, Reducer } from '../functions/user-functions.ts'
import type {
  WindowAggregator,
  WindowCount,
  WindowFunction,
  WindowProcessor,
  WindowResult,
} from '../functions/window.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { WindowNode } from '../graph/transformation.ts'
import { checkFunction, checkMethods, checkUserFunction } from './check-function.ts'
import type { DataStream } from './data-stream.ts'
import type { Recording } from './recording.ts'
import { singleOptions } from './single-options.ts'
import type { WindowDraft } from './window-draft.ts'

/**
 * A stream whose records are put in windows, per key or as a whole: what it becomes is said by one of its methods.
 * Results have the time of their window's end, less a millisecond; those of count windows, of the global window and of
 * windows in processing time that of the newest record, where that is behind the watermark just past it.
 */
export class WindowedStream<T, K, S extends ServiceMap = AnyServices> {
  readonly #recording: Recording<S>
  readonly #draft: WindowDraft & Pick<WindowNode, 'inputs' | 'keyed'>

  /** @internal */
  constructor(recording: Recording<S>, draft: WindowDraft & Pick<WindowNode, 'inputs' | 'keyed'>) {
    this.#recording = recording
    this.#draft = draft
  }

  /** A window's records folded into one, or what `result` makes of that. */
  reduce(fn: Reducer<T>, options?: OperatorOptions): DataStream<T, S>
  reduce<O>(fn: Reducer<T>, result: WindowResult<T, O, K>, options?: OperatorOptions): DataStream<O, S>
  reduce(fn: unknown, second?: unknown, third?: OperatorOptions): DataStream<unknown, S> {
    checkFunction('reduce', 'a reducer', fn)
    const result = typeof second === 'function' ? second : undefined
    const options = result === undefined ? (second as OperatorOptions | undefined) : third
    return this.#append('reduce', options, { reduce: fn, result })
  }

  /**
   * A result per firing, from an accumulator that takes the records one by one.
   * @throws InvalidArgumentError for session windows without `merge`.
   */
  aggregate<A, O>(aggregator: WindowAggregator<T, A, O, K>, options?: OperatorOptions): DataStream<O, S> {
    checkMethods('aggregate', ['create', 'add', 'result'], aggregator)
    if (this.#draft.assigner.type === 'session' && typeof aggregator.merge !== 'function') {
      throw invalidArgument(
        'aggregate',
        'a record may make one session of two, and this aggregator cannot merge',
        'add merge(accumulator, other), which returns the accumulator of both',
      )
    }
    return this.#append('aggregate', options, aggregator)
  }

  /** How many records a window has, and which window it is. */
  count(options?: OperatorOptions): DataStream<WindowCount<K>, S> {
    return this.#append('count', options)
  }

  /** All records of a window at once, in order of arrival; it emits what it likes. They are kept until the window closes. */
  process<O>(
    fn: FunctionOr<WindowFunction<T, O, S, K>, WindowProcessor<T, O, S, K>>,
    options?: OperatorOptions,
  ): DataStream<O, S> {
    checkUserFunction('process', 'process', fn)
    return this.#append('process', options, fn)
  }

  #append<O>(
    logic: WindowNode['logic'],
    options: OperatorOptions | undefined,
    given?: unknown,
  ): DataStream<O, S> {
    const { keyed } = this.#draft
    const why = 'its windows are those of the whole stream; keyBy first to have some per key'
    const checked = keyed ? options : singleOptions('window', options, why)
    const id = this.#recording.builder.add({ kind: 'window', ...this.#draft, logic }, checked, given)
    return this.#recording.dataStream(id)
  }
}
