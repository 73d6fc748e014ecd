import { excerpt } from '../errors/excerpt.ts'
import { CollectBuffer, type Collected } from '../functions/collect-buffer.ts'
import { IterateBuffer } from '../functions/iterate-buffer.ts'
import type { CallOperatorOptions } from '../functions/operator-options.ts'
import type { ServiceMap } from '../functions/services.ts'
import type {
  FlatMapFunction,
  FlatMapper,
  FunctionOr,
  MapFunction,
  Mapper,
  ProcessFunction,
  Processor,
  Sink,
  SinkFunction,
} from '../functions/user-functions.ts'
import { checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft, NodeOptions } from '../graph/node-draft.ts'
import { checkOptionNames, type OptionNames } from '../graph/option-names.ts'
import { checkUserFunction } from './check-function.ts'
import type { DataStream } from './data-stream.ts'
import {
  type BatchSinkOptions,
  type BatchSize,
  bufferOptionNames,
  type BufferOptions,
  printOptionNames,
  type PrintOptions,
  sinkOptionNames,
  type SinkOptions,
} from './operator-options.ts'
import { printer } from './printer.ts'
import type { Recording } from './recording.ts'

/**
 * What keyed and unkeyed streams have in common: operators that see one record at a time, and the ends of a stream.
 * Handles hold no records; each call appends to the environment's graph and returns another handle. Every operator
 * throws InvalidArgumentError, with the line of the call, for arguments that can never work.
 */
export abstract class RecordStream<T, S extends ServiceMap, K> {
  /** Id of the node whose records these are, as in the graph and in results. */
  readonly id: string
  /** @internal */
  readonly recording: Recording<S>

  /** @internal */
  constructor(recording: Recording<S>, id: string) {
    this.recording = recording
    this.id = id
  }

  /**
   * One result per record; a result of undefined drops the record.
   * The key, if there was one, is gone from what comes out.
   */
  map<O>(
    fn: FunctionOr<MapFunction<T, O, S, K>, Mapper<T, O, S, K>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    checkUserFunction('map', 'map', fn)
    return this.append({ ...this.reading(), kind: 'map' }, options, fn)
  }

  /**
   * Any number of results per record, pulled one at a time from the iterable returned. Undefined: none. With
   * `concurrency`, asynchronous iterables run side by side, each up to 64 results ahead of its turn.
   */
  flatMap<O>(
    fn: FunctionOr<FlatMapFunction<T, O, S, K>, FlatMapper<T, O, S, K>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    checkUserFunction('flatMap', 'flatMap', fn)
    return this.append({ ...this.reading(), kind: 'flatMap' }, options, fn)
  }

  /** Emits through `out` what it likes, also on side outputs, which `sideOutput(tag)` of the result reads. */
  process<O>(
    fn: FunctionOr<ProcessFunction<T, O, S, K>, Processor<T, O, S, K>>,
    options?: CallOperatorOptions,
  ): DataStream<O, S> {
    checkUserFunction('process', 'process', fn)
    return this.append({ ...this.reading(), kind: 'process' }, options, fn)
  }

  /**
   * Ends a branch: calls the function for each record, or with `batch` for each array of records. Several sinks can
   * hang on one stream, and it can be read on.
   * @returns the same stream.
   */
  sink(fn: FunctionOr<SinkFunction<T[], S, K>, Sink<T[], S, K>>, options: BatchSinkOptions): this
  sink(fn: FunctionOr<SinkFunction<T, S, K>, Sink<T, S, K>>, options?: SinkOptions): this
  sink(fn: unknown, options?: SinkOptions | BatchSinkOptions): this {
    checkUserFunction('sink', 'write', fn)
    const batch = options?.batch === undefined ? {} : { batch: checkBatch('sink', options.batch) }
    this.add({ ...this.reading(), kind: 'sink', sink: 'user', ...batch }, options, fn, sinkOptionNames)
    return this
  }

  /**
   * Ends a branch: writes each record with console.log.
   * @returns the same stream.
   */
  print(options: PrintOptions = {}): this {
    const { prefix } = options
    if (prefix !== undefined && typeof prefix !== 'string') {
      throw invalidArgument('print', `prefix must be a string, got ${excerpt(prefix)}`, 'pass a string')
    }
    this.add({ ...this.reading(), kind: 'sink', sink: 'user' }, options, printer(prefix), printOptionNames)
    return this
  }

  /** Ends a branch: keeps every record in memory. More than `capacity` fail the job with CollectOverflowError. */
  collect(options: BufferOptions = {}): Collected<T> {
    const capacity = checkPositiveInteger('collect', 'capacity', options.capacity ?? 1_000_000)
    const buffer = new CollectBuffer<T>(capacity)
    this.add(
      { ...this.reading(), kind: 'sink', sink: 'collect', capacity },
      options,
      buffer,
      bufferOptionNames,
    )
    return buffer
  }

  /**
   * Ends a branch: hands the records to one `for await` loop, which holds the job back when it is slower. Up to
   * `capacity` records wait for it. A loop that is left early cancels this branch. Without a reader the job
   * stands still once `capacity` is reached, so do not await `submit({ autostop: true })` before reading.
   */
  toAsyncIterable(options: BufferOptions = {}): AsyncIterable<T> {
    const capacity = checkPositiveInteger('toAsyncIterable', 'capacity', options.capacity ?? 1024)
    const buffer = new IterateBuffer<T>(capacity)
    this.add(
      { ...this.reading(), kind: 'sink', sink: 'iterate', capacity },
      options,
      buffer,
      bufferOptionNames,
    )
    return buffer
  }

  /** What a node that reads this stream, with its key if it has one, has in its draft. */
  protected abstract reading(): { readonly inputs: readonly string[]; readonly keyed: boolean }

  /** @param own names of options that only this operator has. */
  protected add(
    draft: NodeDraft,
    options: NodeOptions | undefined,
    userFunction?: unknown,
    own?: OptionNames,
  ): string {
    return this.recording.builder.add(draft, options, userFunction, own)
  }

  protected append<O>(
    draft: NodeDraft,
    options: NodeOptions | undefined,
    userFunction?: unknown,
    own?: OptionNames,
  ): DataStream<O, S> {
    // Not by way of `add`: each call on the way to the builder is a frame of the stack that it takes.
    return this.recording.dataStream(this.recording.builder.add(draft, options, userFunction, own))
  }

  /** @throws InvalidArgumentError unless all are streams of this environment. */
  protected checkSameEnvironment(
    operator: string,
    streams: readonly unknown[],
  ): asserts streams is readonly RecordStream<unknown, S, unknown>[] {
    const { builder } = this.recording
    for (const stream of streams) {
      if (!(stream instanceof RecordStream)) {
        throw invalidArgument(operator, `${operator} expects streams, got ${excerpt(stream)}`, 'pass streams')
      }
      const other = (stream as RecordStream<unknown, S, unknown>).recording.builder
      if (other === builder) continue
      throw invalidArgument(
        operator,
        `${operator} of streams of two environments, "${builder.name}" and "${other.name}"`,
        'build the whole pipeline from the sources of one environment',
      )
    }
  }
}

/** @throws InvalidArgumentError unless it is a size, with an interval or without. */
export function checkBatch(operator: string, batch: BatchSize): BatchSize {
  const { size, interval } = batch
  checkOptionNames(operator, 'the size of a batch', batch, ['size', 'interval'])
  return {
    size: checkPositiveInteger(operator, 'size', size),
    ...(interval === undefined ? {} : { interval: checkMilliseconds(operator, 'interval', interval) }),
  }
}
