import type { AnyServices } from './any-services.ts'
import type { Logger } from './logger.ts'
import type { MetricGroup } from './metric-group.ts'
import type { ServiceCaller, ServiceMap } from './services.ts'

/** What an operator instance knows for as long as it lives: given to `open`. */
export interface OperatorContext<S extends ServiceMap = AnyServices> extends ServiceCaller<S> {
  /** The operator's name. */
  readonly operator: string
  /** 0 to parallelism - 1. */
  readonly subtaskIndex: number
  readonly parallelism: number
  /** Aborted when the job is cancelled or fails, and when this call overruns its `timeout`. */
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly metrics: MetricGroup
  /** The job's clock, milliseconds since the epoch. Virtual under the testing kit. */
  now(): number
  /**
   * Resolves after `ms` milliseconds of the job's clock; Infinity never comes. Rejects with the reason of `signal`, or
   * of the one given, as soon as either is aborted, and leaves no timer.
   */
  delay(ms: number, signal?: AbortSignal): Promise<void>
}

/** What one call of a user function knows. Valid until the call has returned or its promise has settled. */
export interface RecordContext<S extends ServiceMap = AnyServices, K = unknown> extends OperatorContext<S> {
  /** The record's key on a keyed stream, else undefined. */
  readonly key: K
  /** The record's event time in milliseconds, undefined where the stream has none. */
  readonly timestamp: number | undefined
}

/** Where `process` and `end` put what they emit. */
export interface Collector<T> {
  /**
   * Emits a record. Returns a promise when the output is full: await it to hold memory flat.
   * @throws EmitOverflowError when a call that never awaits emits more than the buffer holds (65 536).
   */
  emit(value: T): void | Promise<void>
  /** Emits a record on the side output of that tag. */
  side(tag: string, value: unknown): void | Promise<void>
}
