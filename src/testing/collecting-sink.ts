import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext, RecordContext } from '../functions/context.ts'
import type { ClassOf, Sink, TransactionalSink } from '../functions/user-functions.ts'
import { SinkLifecycle } from './sink-lifecycle.ts'
import { transactionalCollecting } from './transactional-collecting.ts'

/** What a collecting sink knows. All subtasks, and all jobs, write to the same one. */
export interface Collected<T> {
  readonly values: readonly T[]
  /** The records and when they came, or became visible, by the job's clock. */
  readonly received: readonly { readonly value: T; readonly at: number }[]
  readonly opens: number
  readonly closes: number
  /**
   * To be called when the job is over.
   * @throws AssertionError unless it was opened, every `open` was followed by exactly one `close`, and no record came
   * outside.
   */
  assertClosed(): void
}

/** A sink for `stream.sink` that keeps what it is given, and checks that it is treated as a sink should be. */
export interface CollectingSink<T> extends Collected<T>, Sink<T, AnyServices, unknown> {}

/**
 * The same with transactions: a class for `stream.sink`, of which each subtask has an instance. What it has received is
 * what was committed.
 */
export interface TransactionalCollectingSink<T>
  extends Collected<T>, ClassOf<TransactionalSink<T, number, AnyServices, unknown>> {
  /** Records written, those included that were never committed, or written again after a crash. */
  readonly written: number
}

export interface CollectingSinkOptions {
  /** Whether records are visible only when the checkpoint they belong to is safe; default false: at once. */
  readonly transactional?: boolean
}

export function collectingSink<T>(
  options: CollectingSinkOptions & { readonly transactional: true },
): TransactionalCollectingSink<T>
export function collectingSink<T>(
  options?: CollectingSinkOptions & { readonly transactional?: false },
): CollectingSink<T>
export function collectingSink<T>({ transactional = false }: CollectingSinkOptions = {}):
  CollectingSink<T> | TransactionalCollectingSink<T> {
  return transactional ? transactionalCollecting<T>() : new Collecting<T>()
}

class Collecting<T> implements CollectingSink<T> {
  readonly received: { readonly value: T; readonly at: number }[] = []
  readonly #lifecycle = new SinkLifecycle()

  get values(): readonly T[] {
    return this.received.map(({ value }) => value)
  }

  get opens(): number {
    return this.#lifecycle.opens
  }

  get closes(): number {
    return this.#lifecycle.closes
  }

  open(_ctx: OperatorContext): void {
    this.#lifecycle.open()
  }

  write(value: T, ctx: RecordContext): void {
    this.#lifecycle.use(`record ${this.received.length}`)
    this.received.push({ value, at: ctx.now() })
  }

  close(): void {
    this.#lifecycle.close()
  }

  assertClosed(): void {
    this.#lifecycle.assertClosed()
  }
}
