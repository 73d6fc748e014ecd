import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext } from '../functions/context.ts'
import { END, type End, type PullSource } from '../functions/user-functions.ts'
import type { Clock } from '../time/clock.ts'
import { realClock } from '../time/real-clock.ts'

const pause: unique symbol = Symbol('millrace.testing.pause')
const fail: unique symbol = Symbol('millrace.testing.fail')

/** Among the items of a test source: nothing comes for `ms` milliseconds; with Infinity nothing ever comes again. */
export interface Pause {
  readonly [pause]: number
}

/** Among the items of a test source: the source throws. */
export interface Fail {
  readonly [fail]: unknown
}

/** Waits before the next item. */
export const PAUSE = (ms: number): Pause => ({ [pause]: ms })

/** Throws in place of an item. */
export const FAIL = (error: unknown): Fail => ({ [fail]: error })

/** A record, or what happens in place of one. */
export type TestItem<T> = T | Pause | Fail | End

export interface TestSourceOptions {
  /** What PAUSE waits on; default Node's own time. In virtual time the clock of the TestEnvironment. */
  readonly clock?: Clock
}

/** A source that is a list, for `env.fromSource`, and what became of it. */
export interface TestSource<T> extends PullSource<T, AnyServices> {
  /** Calls of `open`, `close` and `next`. */
  readonly opens: number
  readonly closes: number
  readonly pulls: number
  /** The records handed over, and when, by the job's clock. */
  readonly given: readonly { readonly value: T; readonly at: number }[]
}

/**
 * Gives the items in order, one per call of `next`; subtasks share them. It ends at the first END, or after the last
 * item. A job begins with the first item again; the records of an object of this kind are counted over all its jobs.
 */
export function testSource<T>(items: readonly TestItem<T>[], options: TestSourceOptions = {}): TestSource<T> {
  return new ListedSource(items, options.clock ?? realClock)
}

class ListedSource<T> implements TestSource<T> {
  opens = 0
  closes = 0
  pulls = 0
  readonly given: { readonly value: T; readonly at: number }[] = []
  readonly #items: readonly TestItem<T>[]
  readonly #clock: Clock
  #next = 0

  constructor(items: readonly TestItem<T>[], clock: Clock) {
    this.#items = items
    this.#clock = clock
  }

  open(): void {
    if (this.opens++ === this.closes) this.#next = 0
  }

  next(ctx: OperatorContext): T | End | Promise<T | End> {
    this.pulls++
    return this.#take(ctx)
  }

  close(): void {
    this.closes++
  }

  #take(ctx: OperatorContext): T | End | Promise<T | End> {
    if (this.#next === this.#items.length) return END
    const item = this.#items[this.#next] as TestItem<T>
    // Each subtask is to see the end.
    if (item === END) return END
    this.#next++
    if (isObject(item) && pause in item) return this.#pause(item[pause], ctx)
    if (isObject(item) && fail in item) throw item[fail]
    this.given.push({ value: item as T, at: ctx.now() })
    return item as T
  }

  /** Gives up when the job stops, as a source should. */
  async #pause(ms: number, ctx: OperatorContext): Promise<T | End> {
    const { signal } = ctx
    const passed = await new Promise<boolean>((resolve) => {
      const wake = (): void => {
        cancel()
        signal.removeEventListener('abort', wake)
        resolve(!signal.aborted)
      }
      const cancel = ms === Infinity ? () => {} : this.#clock.setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      if (signal.aborted) wake()
    })
    return passed ? this.#take(ctx) : END
  }
}

function isObject(item: unknown): item is object & Partial<Pause & Fail> {
  return typeof item === 'object' && item !== null
}
