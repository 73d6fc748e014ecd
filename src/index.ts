export { END } from './functions/user-functions.ts'
export { LocalEnvironment } from './environment/local-environment.ts'
export { RemoteEnvironment } from './remote/remote-environment.ts'
export type { RemoteJobHandle } from './remote/remote-job-handle.ts'
export type {
  BundleUpload,
  ProgramOptions,
  RemoteEnvironmentOptions,
  RemoteJobOptions,
  RemoteServerOptions,
} from './remote/remote-options.ts'
export { ClusterEnvironment } from './cluster/cluster-environment.ts'
export type { ClusterEnvironmentOptions } from './cluster/cluster-options.ts'
export type { ClusterJobHandle } from './cluster/cluster-job-handle.ts'
export type { PlacedWorkers, PlacementRequest, WorkerPlacement } from './cluster/worker-placement.ts'
export type { ClusterEngine, EngineConnection } from './cluster/engine/cluster-engine.ts'
export { insideJob } from './remote/inside-job.ts'
export type { SubmitOptions } from './environment/submit-options.ts'
export type { JobHandle, Savepoint, StopOptions } from './environment/job-handle.ts'
export type { CheckpointOptions } from './environment/checkpoint-options.ts'
export type { EnvironmentOptions } from './environment/environment-options.ts'
export type { ThreadOptions } from './environment/threads/thread-options.ts'
export type { PipelineService, PipelineServiceOptions } from './environment/registered-service.ts'
export type {
  FutureOptions,
  IntervalOptions,
  ObservableOptions,
  SingleSourceOptions,
  SourceOptions,
} from './environment/source-options.ts'
export type { BaseEnvironment } from './environment/base-environment.ts'

export type { DataStream } from './stream/data-stream.ts'
export type { KeyedStream } from './stream/keyed-stream.ts'
export type { ConnectedStreams } from './stream/connected-streams.ts'
export type { KeyedConnectedStreams } from './stream/keyed-connected-streams.ts'
export type { WindowedStream } from './stream/windowed-stream.ts'
export type { WindowOptions } from './stream/window-options.ts'
export type { FutureStream } from './stream/future-stream.ts'
export type {
  BatchSinkOptions,
  BatchSize,
  BufferOptions,
  DedupeOptions,
  PipeOptions,
  PrintOptions,
  SingleOptions,
  SinkOptions,
  ThrottleRate,
  TimestampsOptions,
} from './stream/operator-options.ts'
export type {
  BoundedJoinOptions,
  IntervalJoinOptions,
  JoinOptions,
  JoinTtl,
  TemporalJoinOptions,
  TtlJoinOptions,
  WindowJoinOptions,
} from './stream/join-options.ts'
export type { Collected } from './functions/collect-buffer.ts'

export type { Collector, OperatorContext, RecordContext } from './functions/context.ts'
export type { CallOperatorOptions, OperatorOptions, OperatorPlacement } from './functions/operator-options.ts'
export type {
  KeyedContext,
  KeyedFilterer,
  KeyedFlatMapper,
  KeyedMapper,
  KeyedProcessContext,
  KeyedProcessor,
} from './functions/keyed-functions.ts'
export type {
  ListState,
  MapState,
  MapStateKey,
  ReducingState,
  ValueRecipe,
  ValueState,
} from './functions/keyed-state.ts'
export {
  listState,
  mapState,
  reducingState,
  type StateDescriptor,
  type StateDescriptors,
  type StateHandles,
  type StateKind,
  type StateOptions,
  type StateTtl,
  valueState,
} from './functions/state-descriptors.ts'
export type { Timer, Timers } from './functions/timers.ts'
export {
  boundedOutOfOrderness,
  customWatermarks,
  monotonousTimestamps,
  type WatermarkGenerator,
  type WatermarkStrategy,
} from './functions/watermark-strategy.ts'
export {
  exponentialDelay,
  type ExponentialDelayOptions,
  failureRate,
  type FailureRateOptions,
  fixedDelay,
  type FixedDelayOptions,
  noRestart,
  type RestartStrategy,
} from './functions/restart-strategy.ts'
export {
  countWindow,
  globalWindow,
  session,
  sliding,
  tumbling,
  type CountWindows,
  type GlobalWindows,
  type SessionWindows,
  type SlidingWindows,
  type TumblingWindows,
  type WindowAssigner,
} from './functions/window-assigner.ts'
export {
  anyOf,
  continuous,
  early,
  onCount,
  onProcessingTime,
  onWatermark,
  purging,
  type FiringTrigger,
  type WindowTrigger,
} from './functions/window-trigger.ts'
export type {
  Window,
  WindowAggregator,
  WindowContext,
  WindowCount,
  WindowFunction,
  WindowProcessor,
  WindowResult,
} from './functions/window.ts'
export type { Backoff, DeadLetter, ErrorPolicy, RetryPolicy } from './functions/error-policy.ts'
export type { Comapper, ComapFunctions } from './functions/comapper.ts'
export type { Filterer } from './functions/filterer.ts'
export type { Tapper } from './functions/tapper.ts'
export type { JoinFunction, JoinType } from './functions/join-function.ts'
export type { KeyedAggregator } from './functions/keyed-aggregator.ts'
export type { Logger } from './functions/logger.ts'
export type { MetricGroup } from './functions/metric-group.ts'
export type { PipeContext } from './functions/pipe-context.ts'
export type {
  CallOptions,
  ServiceCaller,
  ServiceMap,
  ServiceName,
  ServiceProxy,
  ServiceProxyOf,
  UntypedServiceProxy,
} from './functions/services.ts'
export type { StandardSchema } from './functions/standard-schema.ts'
export type {
  Aggregator,
  Awaitable,
  ClassOf,
  End,
  FlatMapFunction,
  FlatMapper,
  FunctionOr,
  MapFunction,
  Mapper,
  Predicate,
  Processor,
  ProcessFunction,
  PullFunction,
  PullSource,
  Reducer,
  Scanner,
  Sink,
  SinkFunction,
  SourceProgress,
  TransactionalSink,
} from './functions/user-functions.ts'

export type { PipelineGraph } from './graph/pipeline-graph.ts'
export type { Transformation, TransformationKind } from './graph/transformation.ts'
export { toMermaid } from './graph/to-mermaid.ts'

export type { JobResult, NodeResult, RestartCause, ServiceResult } from './job/job-result.ts'
export type { JobStatus } from './job/job-status.ts'
export type {
  EdgeMetrics,
  JobMetrics,
  JobProgress,
  JobSourceProgress,
} from './runtime/metrics/job-metrics.ts'
export type { JobLatency, SinkLatency } from './runtime/metrics/latency-meter.ts'
export type { LatencyFigures } from './runtime/metrics/latency-window.ts'
export type { ActivityFigures, NodeActivity, SubtaskActivity } from './runtime/metrics/node-activity.ts'
export { FileCheckpointStore, type FileCheckpointStoreOptions } from './storage/file-checkpoint-store.ts'
export { MemoryCheckpointStore } from './storage/memory-checkpoint-store.ts'
export type {
  BlobRef,
  CheckpointManifest,
  CheckpointStore,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
  OperatorManifest,
  SubtaskManifest,
} from './storage/checkpoint-store.ts'
export { type Serializer, v8Serializer } from './storage/serializer.ts'
export type { ServiceContext, ServiceLifecycle } from './services/service-context.ts'
export type {
  ErrorClass,
  InProcessOptions,
  RemoteServiceOptions,
  ServiceArguments,
  ServiceClass,
  ServiceFactory,
  ServiceOptions,
  ServiceSource,
  ServiceSourceOptions,
} from './services/service-source.ts'

export * from './public-errors.ts'
export { JobCancelledError, JobFailedError } from './job/job-errors.ts'
export { IllegalTransitionError } from './job/illegal-transition-error.ts'
