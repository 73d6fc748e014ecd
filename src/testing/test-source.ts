import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext } from '../functions/context.ts'
import { END, type End, type PullSource } from '../functions/user-functions.ts'
import type { Clock } from '../time/clock.ts'
import { realClock } from '../time/real-clock.ts'
import { InBand } from './in-band.ts'
import { type Barrier, type Crash, isInBand } from './marks.ts'
import { SourcePosition } from './source-position.ts'
import { onBind } from './test-host.ts'

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
export type TestItem<T> = T | Pause | Fail | Barrier | Crash | End

export interface TestSourceOptions {
  /** What PAUSE waits on; default the clock of the TestEnvironment it is in, and else Node's own time. */
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
 * item. A job begins with the first item again, and one that is restarted goes on from its last checkpoint; the records
 * of an object of this kind are counted over all its jobs.
 */
export function testSource<T>(items: readonly TestItem<T>[], options: TestSourceOptions = {}): TestSource<T> {
  return new ListedSource(items, options.clock)
}

class ListedSource<T> implements TestSource<T> {
  opens = 0
  closes = 0
  pulls = 0
  readonly given: { readonly value: T; readonly at: number }[] = []
  readonly #items: readonly TestItem<T>[]
  #clock: Clock | undefined
  readonly #inBand = new InBand()
  readonly #position = new SourcePosition()

  constructor(items: readonly TestItem<T>[], clock: Clock | undefined) {
    this.#items = items
    this.#clock = clock
    onBind(this, (host) => {
      this.#clock ??= host.clock
      this.#inBand.bind(host)
    })
  }

  open(): void {
    this.opens++
    if (this.#position.open()) this.#inBand.begin()
  }

  next(ctx: OperatorContext): T | End | Promise<T | End> {
    this.pulls++
    return this.#take(ctx)
  }

  snapshot(): number {
    return this.#position.snapshot()
  }

  restore(position: number): void {
    this.#position.restore(position)
  }

  close(): void {
    this.closes++
    this.#position.close()
  }

  #take(ctx: OperatorContext): T | End | Promise<T | End> {
    const place = this.#position.next
    const item = place === this.#items.length ? END : (this.#items[place] as TestItem<T>)
    // Each subtask is to see the end.
    if (item === END) return END
    this.#position.next++
    if (this.#inBand.isDone(place)) return this.#take(ctx)
    if (isInBand(item)) return this.#inBand.pass(item, place, ctx.signal).then(() => this.#goOn(ctx))
    if (isObject(item) && pause in item) return this.#pause(item[pause], ctx)
    if (isObject(item) && fail in item) throw item[fail]
    this.given.push({ value: item as T, at: ctx.now() })
    return item as T
  }

  #goOn(ctx: OperatorContext): T | End | Promise<T | End> {
    return ctx.signal.aborted ? END : this.#take(ctx)
  }

  /** Gives up when the job stops, as a source should. */
  async #pause(ms: number, ctx: OperatorContext): Promise<T | End> {
    const { signal } = ctx
    const clock = this.#clock ?? realClock
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const cancel = ms === Infinity ? () => {} : clock.setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      if (signal.aborted) wake()
    })
    return this.#goOn(ctx)
  }
}

function isObject(item: unknown): item is object & Partial<Pause & Fail> {
  return typeof item === 'object' && item !== null
}
