import type { Observable, OperatorFunction, SchedulerLike } from 'rxjs'
import type { Logger } from './logger.ts'

/** What a subtask of `pipe` knows; valid for as long as it lives. */
export interface PipeContext {
  /** The job's clock, for RxJS operators that take a scheduler. Virtual under the testing kit. */
  readonly scheduler: SchedulerLike
  /** Aborted when the job is cancelled or fails. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** 0 to parallelism - 1. */
  readonly subtaskIndex: number
  /** The job's clock, milliseconds since the epoch. */
  now(): number
}

/** What the one function of `pipe(fn)` is called with: the stream's Observable, with the context on it. */
export type PipeSource<T> = Observable<T> & PipeContext

/** What the runtime finds in the function table for a `pipe` node: called once per subtask. */
export type PipeBuilder = (ctx: PipeContext) => readonly OperatorFunction<unknown, unknown>[]
