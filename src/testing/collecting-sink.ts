import { AssertionError } from 'node:assert'
import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext, RecordContext } from '../functions/context.ts'
import type { Sink } from '../functions/user-functions.ts'

/** A sink for `stream.sink` that keeps what it is given, and checks that it is treated as a sink should be. */
export interface CollectingSink<T> extends Sink<T, AnyServices, unknown> {
  readonly values: readonly T[]
  /** The records and when they came, by the job's clock. */
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

/** All subtasks, and all jobs, write to the same one. */
export function collectingSink<T>(): CollectingSink<T> {
  return new Collecting<T>()
}

class Collecting<T> implements CollectingSink<T> {
  opens = 0
  closes = 0
  readonly received: { readonly value: T; readonly at: number }[] = []
  readonly #violations: string[] = []

  get values(): readonly T[] {
    return this.received.map(({ value }) => value)
  }

  open(_ctx: OperatorContext): void {
    this.opens++
  }

  write(value: T, ctx: RecordContext): void {
    if (this.closes >= this.opens)
      this.#violations.push(`record ${this.received.length} came while it was closed`)
    this.received.push({ value, at: ctx.now() })
  }

  close(): void {
    this.closes++
    if (this.closes > this.opens) this.#violations.push('it was closed more often than opened')
  }

  assertClosed(): void {
    const { opens, closes } = this
    const problems = [...this.#violations]
    if (opens === 0) problems.push('it was never opened')
    else if (opens !== closes) problems.push(`it was opened ${opens} times and closed ${closes} times`)
    if (problems.length === 0) return
    throw new AssertionError({
      message: `the sink was not treated as a sink should be: ${problems.join('; ')}`,
      actual: { opens, closes },
      expected: { opens, closes: opens },
      operator: 'assertClosed',
    })
  }
}
