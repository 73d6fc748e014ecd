import type { Observable, OperatorFunction as Op } from 'rxjs'
import { excerpt } from '../errors/excerpt.ts'
import type { OperatorOptions } from '../functions/operator-options.ts'
import type { PipeSource } from '../functions/pipe-context.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { WatermarkStrategy } from '../functions/watermark-strategy.ts'
import type { SchemaOutput, StandardSchema } from '../functions/standard-schema.ts'
import { checkCount, checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft, NodeOptions } from '../graph/node-draft.ts'
import { checkFunction } from './check-function.ts'
import type { ConnectedStreams } from './connected-streams.ts'
import type { DataStream } from './data-stream.ts'
import type { FutureStream } from './future-stream.ts'
import { timestampsDraft } from './timestamps-draft.ts'
import type { KeyedStream } from './keyed-stream.ts'
import {
  type BatchSize,
  pipeOptionNames,
  type PipeOptions,
  type SingleOptions,
  type ThrottleRate,
  timestampsOptionNames,
  type TimestampsOptions,
} from './operator-options.ts'
import { pipeBuilder } from './pipe-builder.ts'
import { checkBatch, RecordStream } from './record-stream.ts'
import { singleOptions } from './single-options.ts'

/** A stream of the same records, keyed or not. */
type Same<T, S extends ServiceMap> = RecordStream<T, S, unknown>

/** The part of streams that routes, combines and paces records, none of which looks at the key. */
export abstract class FlowStream<T, S extends ServiceMap, K> extends RecordStream<T, S, K> {
  /**
   * Gives each record a key: a primitive, or a plain array or object, compared by value. Records of one key reach
   * the same subtask.
   */
  keyBy<L>(selector: (value: T) => L, options?: OperatorOptions): KeyedStream<T, L, S> {
    checkFunction('keyBy', 'a key selector', selector)
    const id = this.add(this.draft('keyBy'), options, selector)
    return this.recording.keyedStream(id, { selector, keyBy: id })
  }

  /**
   * Gives each record its event time, which windows, joins and timers go by. `watermarks` says how far behind the
   * latest record others may come.
   */
  assignTimestamps(
    select: (value: T) => number | Date,
    watermarks: WatermarkStrategy,
    options?: TimestampsOptions,
  ): DataStream<T, S> {
    checkFunction('assignTimestamps', 'a function that gives the timestamp', select)
    const { create, ...draft } = timestampsDraft(watermarks, options)
    return this.append(
      { ...this.draft('timestamps'), ...draft },
      options,
      { select, create },
      timestampsOptionNames,
    )
  }

  /** Hands each record to every subtask of the next operator. */
  broadcast(options?: OperatorOptions): DataStream<T, S> {
    return this.append(this.draft('broadcast'), options)
  }

  /** Deals the records out in turn to the subtasks of the next operator. */
  rebalance(options?: OperatorOptions): DataStream<T, S> {
    return this.append(this.draft('rebalance'), options)
  }

  /** Passes the records that a Standard Schema (zod, valibot, ...) accepts, as it returns them. Others fail with SchemaError. */
  validate<Schema extends StandardSchema>(
    schema: Schema,
    options?: OperatorOptions,
  ): DataStream<SchemaOutput<Schema>, S> {
    if (typeof schema?.['~standard']?.validate !== 'function') {
      throw invalidArgument(
        'validate',
        `validate expects a Standard Schema, got ${excerpt(schema)}`,
        'pass a schema of a library that implements Standard Schema v1, such as zod from 3.24 on',
      )
    }
    return this.append(this.draft('validate'), options, schema)
  }

  /** The records of all these streams, as they come; each stream in its order. A stream given twice counts twice. */
  union(...others: readonly Same<T, S>[] | readonly [...Same<T, S>[], OperatorOptions]): DataStream<T, S> {
    const [streams, options] = splitOptions<Same<T, S>>(others)
    return this.append(this.draft('union', this.#with('union', streams)), options)
  }

  /** The records of this stream, then, when it has ended, those of the next, and so on. */
  concat(...others: readonly Same<T, S>[] | readonly [...Same<T, S>[], SingleOptions]): DataStream<T, S> {
    const [streams, options] = splitOptions<Same<T, S>>(others)
    const single = singleOptions('concat', options, 'its inputs come one after the other')
    return this.append(this.draft('concat', this.#with('concat', streams)), single)
  }

  /** Puts streams of different types side by side, for `comap`, `keyBy` and `join`. */
  connect<Others extends readonly [unknown, ...unknown[]]>(
    ...others: { readonly [I in keyof Others]: Same<Others[I], S> }
  ): ConnectedStreams<[T, ...Others], S> {
    const streams: readonly unknown[] = others
    return this.recording.connected(this.#with('connect', streams))
  }

  /** Arrays of up to `size` records, never empty; the last may be short. */
  batch(size: number | BatchSize, options?: OperatorOptions): DataStream<T[], S> {
    const batch = checkBatch('batch', typeof size === 'object' && size !== null ? size : { size })
    return this.append({ ...this.draft('batch'), ...batch }, options)
  }

  /** The first `count` records; then this branch ends, and a source that nobody else reads with it. */
  take(count: number, options?: SingleOptions): DataStream<T, S> {
    checkCount('take', 'count', count)
    const single = singleOptions('take', options, 'it counts all records')
    return this.append({ ...this.draft('take'), count } as NodeDraft, single)
  }

  /** All but the first `count` records. */
  skip(count: number, options?: SingleOptions): DataStream<T, S> {
    checkCount('skip', 'count', count)
    const single = singleOptions('skip', options, 'it counts all records')
    return this.append({ ...this.draft('skip'), count } as NodeDraft, single)
  }

  /**
   * At most `count` records in any `interval` milliseconds; the rest wait, and so does the source. None is lost.
   */
  throttle({ count, interval }: ThrottleRate, options?: SingleOptions): DataStream<T, S> {
    checkPositiveInteger('throttle', 'count', count)
    checkMilliseconds('throttle', 'interval', interval)
    const single = singleOptions('throttle', options, 'it counts all records')
    return this.append({ ...this.draft('throttle'), count, interval } as NodeDraft, single)
  }

  /** Fails the job with RecordTimeoutError when the next record takes longer than `ms` to come. */
  timeout(ms: number, options?: SingleOptions): DataStream<T, S> {
    checkMilliseconds('timeout', 'ms', ms)
    const single = singleOptions('timeout', options, 'it watches all records')
    return this.append({ ...this.draft('timeout'), ms } as NodeDraft, single)
  }

  // Longest first: an overload that takes an operator for options would leave the parameters of its functions unknown.
  /**
   * Any RxJS operators, one chain per subtask: key and timestamp are lost, and an error fails the job. A single
   * function may take `(source) => source.pipe(...)`, where the source has `scheduler`, `signal`, `logger`,
   * `subtaskIndex` and `now()` on it, or return an array of operators: `(ctx) => [throttleTime(10, ctx.scheduler)]`.
   * A job with checkpoints takes only what is declared `stateless`.
   */
  pipe<A, B, C, D, E, F, G, H, I>(
    ...operators: readonly [...Ops6<T, A, B, C, D, E, F>, Op<F, G>, Op<G, H>, Op<H, I>, PipeOptions?]
  ): DataStream<I, S>
  pipe<A, B, C, D, E, F, G, H>(
    ...operators: readonly [...Ops6<T, A, B, C, D, E, F>, Op<F, G>, Op<G, H>, PipeOptions?]
  ): DataStream<H, S>
  pipe<A, B, C, D, E, F, G>(
    ...operators: readonly [...Ops6<T, A, B, C, D, E, F>, Op<F, G>, PipeOptions?]
  ): DataStream<G, S>
  pipe<A, B, C, D, E, F>(
    ...operators: readonly [...Ops6<T, A, B, C, D, E, F>, PipeOptions?]
  ): DataStream<F, S>
  pipe<A, B, C, D, E>(
    ...operators: readonly [Op<T, A>, Op<A, B>, Op<B, C>, Op<C, D>, Op<D, E>, PipeOptions?]
  ): DataStream<E, S>
  pipe<A, B, C, D>(
    ...operators: readonly [Op<T, A>, Op<A, B>, Op<B, C>, Op<C, D>, PipeOptions?]
  ): DataStream<D, S>
  pipe<A, B, C>(a: Op<T, A>, b: Op<A, B>, c: Op<B, C>, options?: PipeOptions): DataStream<C, S>
  pipe<A, B>(a: Op<T, A>, b: Op<A, B>, options?: PipeOptions): DataStream<B, S>
  pipe<A>(
    operator: (source: PipeSource<T>) => Observable<A> | Operators<A>,
    options?: PipeOptions,
  ): DataStream<A, S>
  pipe(...given: readonly unknown[]): DataStream<unknown, S> {
    const [operators, options] = splitOptions<unknown>(given)
    for (const operator of operators) checkFunction('pipe', 'RxJS operators', operator)
    const { stateless } = (options ?? {}) as PipeOptions
    if (stateless !== undefined && typeof stateless !== 'boolean') {
      throw invalidArgument('pipe', `stateless is ${excerpt(stateless)}`, 'pass true or false')
    }
    const draft = { ...this.draft('pipe'), ...(stateless === undefined ? {} : { stateless }) } as NodeDraft
    return this.append(draft, options, pipeBuilder(operators), pipeOptionNames)
  }

  /**
   * Sends these records round: they come out of the future, which was taken from `env.fromFuture`.
   * @throws InvalidArgumentError when the future is filled already.
   */
  fillFuture(future: FutureStream<T, S>): void {
    this.checkSameEnvironment('fillFuture', [future])
    const { builder } = this.recording
    const { kind, name } = builder.node(future.id)
    if (kind !== 'future') {
      throw invalidArgument('fillFuture', `"${name}" is no future`, 'pass what env.fromFuture(name) returned')
    }
    builder.connectFuture(future.id, this.id)
  }

  /** The draft of a node that reads these records without their key. */
  protected draft(kind: NodeDraft['kind'], inputs: readonly string[] = [this.id]): NodeDraft {
    return { kind, inputs, keyed: false } as NodeDraft
  }

  #with(operator: string, others: readonly unknown[]): readonly string[] {
    this.checkSameEnvironment(operator, others)
    if (others.length === 0) {
      throw invalidArgument(operator, `${operator} was given no other stream`, 'pass at least one stream')
    }
    return [this.id, ...others.map((stream) => stream.id)]
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what passes between them is for the user to know
type Operators<A> = readonly [...Op<any, any>[], Op<any, A>]

type Ops6<T, A, B, C, D, E, F> = [Op<T, A>, Op<A, B>, Op<B, C>, Op<C, D>, Op<D, E>, Op<E, F>]

/** Takes off the options at the end, if there are any. */
function splitOptions<E>(args: readonly unknown[]): [readonly E[], NodeOptions | undefined] {
  const last = args.at(-1)
  const isOptions = typeof last === 'object' && last !== null && !(last instanceof RecordStream)
  return isOptions ? [args.slice(0, -1) as E[], last] : [args as E[], undefined]
}
