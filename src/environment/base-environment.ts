import { type CompilerStage, compileInStages } from '../compiler/compile.ts'
import { threadSettings } from './thread-settings.ts'
import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { isObservable, Observable, type Subscribable } from 'rxjs'
import { excerpt } from '../errors/excerpt.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { FunctionOr, PullFunction, PullSource } from '../functions/user-functions.ts'
import { checkCount, checkMilliseconds, checkPositiveInteger } from '../graph/check-number.ts'
import { GraphBuilder } from '../graph/graph-builder.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeOptions } from '../graph/node-draft.ts'
import { checkOptionNames, type OptionNames } from '../graph/option-names.ts'
import type { FunctionTable, PipelineGraph } from '../graph/pipeline-graph.ts'
import type { SourceNode } from '../graph/transformation.ts'
import { checkServiceName, toServiceDefinition } from '../services/service-definition.ts'
import type { ServiceArguments, ServiceSource } from '../services/service-source.ts'
import { checkUserFunction } from '../stream/check-function.ts'
import { DataStream } from '../stream/data-stream.ts'
import type { FutureStream } from '../stream/future-stream.ts'
import { singleOptions } from '../stream/single-options.ts'
import { StreamRecording } from '../stream/stream-recording.ts'
import { checkIterable, checkReadable } from './check-input.ts'
import {
  type EnvironmentOptions,
  type ResolvedEnvironmentOptions,
  resolveEnvironmentOptions,
} from './environment-options.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'
import {
  type PipelineService,
  pipelineServiceOptionNames,
  type PipelineServiceOptions,
  type RegisteredService,
} from './registered-service.ts'
import {
  futureOptionNames,
  type FutureOptions,
  intervalOptionNames,
  type IntervalOptions,
  observableOptionNames,
  type ObservableOptions,
  type SingleSourceOptions,
  type SourceOptions,
} from './source-options.ts'

/**
 * Where a program is written: sources and services. What is recorded here runs when the environment is submitted,
 * as often as it is. Every method throws InvalidArgumentError for arguments that can never work.
 */
export abstract class BaseEnvironment<S extends ServiceMap = Record<never, never>> {
  protected readonly options: ResolvedEnvironmentOptions
  readonly #recording: StreamRecording<S>
  readonly #services: RegisteredService[] = []
  #deadLetters: string | undefined

  /** `name` names the job in results and logs; it must not be empty. */
  constructor(name: string, options: EnvironmentOptions = {}) {
    this.#recording = new StreamRecording(new GraphBuilder(name))
    this.options = resolveEnvironmentOptions(name, options)
  }

  get name(): string {
    return this.#recording.builder.name
  }

  /** What has been recorded so far: frozen, JSON-serialisable data. */
  get graph(): PipelineGraph {
    return this.#recording.builder.graph()
  }

  /** What users handed over, by node id. */
  protected get functions(): FunctionTable {
    return this.#recording.builder.functions
  }

  protected get services(): readonly RegisteredService[] {
    return this.#services
  }

  /** The graph after each pass of the compiler. @throws InvalidGraphError when it cannot run. */
  protected stages(): readonly CompilerStage[] {
    return compileInStages(this.graph, this.options.parallelism, threadSettings(this.options))
  }

  /** All that makes a job of what has been recorded so far. */
  protected get recorded(): RecordedPipeline {
    const { graph, functions, services, options } = this
    return { graph, functions, services, options }
  }

  /**
   * The items of an Iterable or AsyncIterable, then the end. It is read once and dealt out to the subtasks. Pass a
   * function to have a fresh one for every job: a generator can be read once only.
   */
  fromBatch<T>(
    input: Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>),
    options?: SourceOptions,
  ): DataStream<T, S> {
    checkIterable('fromBatch', input)
    return this.#source({ type: 'batch' }, options, input)
  }

  /** Calls a function, or `next` of an object or class, whenever there is room for a record, until it returns END. */
  fromSource<T>(
    source: FunctionOr<PullFunction<T, S>, PullSource<T, S>>,
    options?: SourceOptions,
  ): DataStream<T, S> {
    checkUserFunction('fromSource', 'next', source)
    return this.#source({ type: 'pull' }, options, source)
  }

  /** Subscribes to an Observable for each job. It cannot be held back, so `overflow` says what happens when it is too fast. */
  fromObservable<T>(
    observable: Observable<T> | Subscribable<T>,
    options: ObservableOptions = {},
  ): DataStream<T, S> {
    if (typeof (observable as Partial<Subscribable<T>> | null | undefined)?.subscribe !== 'function') {
      const message = `fromObservable expects an Observable, got ${excerpt(observable)}`
      throw invalidArgument('fromObservable', message, 'pass an Observable, or use fromBatch')
    }
    const { overflow = 'error', capacity = 1024 } = options
    if (overflow !== 'error' && overflow !== 'drop-oldest' && overflow !== 'drop-newest') {
      const message = `there is no overflow policy ${excerpt(overflow)}`
      throw invalidArgument('fromObservable', message, `pass 'error', 'drop-oldest' or 'drop-newest'`)
    }
    checkPositiveInteger('fromObservable', 'capacity', capacity)
    const single = singleOptions('fromObservable', options, 'there is one subscription')
    const input = isObservable(observable)
      ? observable
      : new Observable<T>((subscriber) => observable.subscribe(subscriber))
    return this.#source({ type: 'observable', overflow, capacity }, single, input, observableOptionNames)
  }

  /** The chunks, or objects, of a Node Readable or a web ReadableStream; a function makes one for every job. */
  fromReadable<T>(
    readable: ReadableStream<T> | (() => ReadableStream<T>),
    options?: SingleSourceOptions,
  ): DataStream<T, S>
  fromReadable<T = Uint8Array>(
    readable: Readable | (() => Readable),
    options?: SingleSourceOptions,
  ): DataStream<T, S>
  fromReadable<T>(readable: unknown, options?: SingleSourceOptions): DataStream<T, S> {
    checkReadable('fromReadable', readable)
    const single = singleOptions('fromReadable', options, 'a stream has one reader')
    return this.#source({ type: 'readable' }, single, readable)
  }

  /** 0, 1, 2, ... every `ms` milliseconds, the first after `ms`. */
  fromInterval(ms: number, options: IntervalOptions = {}): DataStream<number, S> {
    checkMilliseconds('fromInterval', 'ms', ms)
    const { count } = options
    if (count !== undefined) checkCount('fromInterval', 'count', count)
    const single = singleOptions('fromInterval', options, 'there is one clock')
    const source = { type: 'interval', period: ms, ...(count === undefined ? {} : { count }) } as const
    return this.#source(source, single, undefined, intervalOptionNames)
  }

  /** A stream whose records come later, from `stream.fillFuture(future)`: how a feedback loop is made. */
  fromFuture<T>(name: string, options: FutureOptions = {}): FutureStream<T, S> {
    checkOptionNames('fromFuture', 'fromFuture', options, futureOptionNames)
    const { admit = 1024, capacity = 100_000 } = options
    checkPositiveInteger('fromFuture', 'admit', admit)
    checkPositiveInteger('fromFuture', 'capacity', capacity)
    const draft = { kind: 'future', inputs: [], keyed: false, admit, capacity } as const
    return this.#recording.futureStream(this.#recording.builder.add(draft, { name }))
  }

  /** The records that operators with `onError: 'dead-letter'` gave up on; the same stream at every call. */
  deadLetters<T = unknown>(): DataStream<DeadLetter<T>, S> {
    this.#deadLetters ??= this.#recording.builder.add(
      { kind: 'deadLetters', inputs: [], keyed: false },
      undefined,
    )
    return this.#recording.dataStream(this.#deadLetters)
  }

  /**
   * Registers what operators reach by `ctx.service(name)`: a class or a factory, constructed with `args` once per job.
   * @returns this environment, with the service in its type.
   */
  registerService<N extends string, T extends object, A extends unknown[]>(
    name: N,
    source: ServiceSource<T, A>,
    ...args: NoInfer<ServiceArguments<A>>
  ): BaseEnvironment<S & Record<N, T>> {
    const definition = toServiceDefinition(name, source, args, this.#serviceNames())
    this.#register({ type: 'service', name, definition })
    return this as never
  }

  /**
   * Registers a pipeline as a service with one method, `call(request)`, which resolves to what becomes of the request.
   * Each request must lead to one reply: operators that make more or fewer of it are refused at `submit`.
   * @returns this environment, with the service in its type.
   */
  registerPipeline<N extends string, Req, Res>(
    name: N,
    build: (requests: DataStream<Req, S>) => DataStream<Res>,
    options: PipelineServiceOptions = {},
  ): BaseEnvironment<S & Record<N, PipelineService<Req, Res>>> {
    checkOptionNames('registerPipeline', 'registerPipeline', options, pipelineServiceOptionNames)
    const { concurrency } = options
    checkServiceName(name, this.#serviceNames())
    checkUserFunction('registerPipeline', 'build', build)
    const limit =
      concurrency === undefined
        ? {}
        : { concurrency: checkPositiveInteger('registerPipeline', 'concurrency', concurrency) }
    const requests = this.#source<Req>({ type: 'requests', service: name }, { name: `${name} requests` })
    const replies: unknown = build(requests)
    if (!(replies instanceof DataStream) || replies.recording.builder !== this.#recording.builder) {
      const message = `the pipeline "${name}" returned ${excerpt(replies)}`
      throw invalidArgument('registerPipeline', message, 'return the stream of replies, made from `requests`')
    }
    const draft = { kind: 'sink', sink: 'reply', inputs: [replies.id], keyed: false, service: name } as const
    const reply = this.#recording.builder.add(draft, { name: `${name} reply` })
    this.#register({ type: 'pipeline', name, requests: requests.id, reply, ...limit })
    return this as never
  }

  #source<T>(
    source: SourceNode['source'],
    options: NodeOptions | undefined,
    input?: unknown,
    own?: OptionNames,
  ): DataStream<T, S> {
    const draft = { kind: 'source', inputs: [], keyed: false, source } as const
    return this.#recording.dataStream(this.#recording.builder.add(draft, options, input, own))
  }

  #register(service: RegisteredService): void {
    this.#recording.builder.addService(service.name)
    this.#services.push(service)
  }

  #serviceNames(): readonly string[] {
    return this.#services.map((service) => service.name)
  }
}
