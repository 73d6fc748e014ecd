import { OperatorError } from '../../errors/operator-error.ts'
import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { Cancel } from '../../time/clock.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Head } from './heads/head.ts'
import type { Cursor, LoopState } from './loop-state.ts'
import type { Stage } from './stage.ts'
import type { StrandHost } from './strand-parts.ts'

/**
 * What a strand has opened and must give back: operators, head, iterators, timers. `close` is called at most once per
 * successful `open`, on every outcome.
 */
export class StrandTeardown {
  readonly #stages: readonly Stage[]
  readonly #head: Head
  readonly #host: Pick<StrandHost, 'clock' | 'stopTimeout'>
  readonly #opened: Stage[] = []
  #headOpened = false
  #headCancelled = false
  /** Clean-ups of the user's iterators, under way. */
  readonly #returning: PromiseLike<unknown>[] = []
  #cancelDelay: Cancel | null = null
  #closing: Promise<unknown> | null = null

  constructor(stages: readonly Stage[], head: Head, host: Pick<StrandHost, 'clock' | 'stopTimeout'>) {
    this.#stages = stages
    this.#head = head
    this.#host = host
  }

  /** Settles with the teardown. */
  get closed(): Promise<void> {
    return Promise.resolve(this.#closing).then(() => {})
  }

  async open(): Promise<void> {
    for (const stage of this.#stages) {
      await stage.open?.()
      this.#opened.push(stage)
    }
    await this.#head.open?.()
    this.#headOpened = true
  }

  /** A promise that resolves after `ms`, or never when the strand is closed before. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancelDelay = this.#host.clock.setTimeout(() => {
        this.#cancelDelay = null
        resolve()
      }, ms)
    })
  }

  /** No more is wanted of the head; what it had taken in and not read gets the fate given. */
  cancelHead(state: LoopState, fate: 'dropped' | 'unfinished'): void {
    if (this.#headCancelled) return
    this.#headCancelled = true
    const index = state.index
    this.#keep(() => this.#head.cancel(state, fate))
    state.index = index
    const first = this.#stages[0]
    if (first === undefined) return
    first.book.in += this.#head.unread
    first.book[fate] += this.#head.unread
  }

  returnCursor(cursor: Cursor): void {
    const iterator = cursor.iterator
    cursor.close()
    if (iterator !== null) this.#keep(() => iterator.return?.())
  }

  /**
   * Waits for what is under way (at most the stop timeout), then closes operators and head. Resolves to the first
   * error of a `close`, or undefined.
   */
  close(pending: PromiseLike<unknown> | null): Promise<unknown> {
    this.#closing ??= this.#close(pending)
    return this.#closing
  }

  async #close(pending: PromiseLike<unknown> | null): Promise<unknown> {
    const delayed = this.#cancelDelay !== null
    this.#cancelDelay?.()
    if (pending !== null && !delayed) this.#returning.push(pending)
    const inFlight = this.#head.settled?.()
    if (inFlight !== undefined) this.#returning.push(inFlight)
    if (this.#returning.length > 0) await this.#within(Promise.allSettled(this.#returning), false)
    let failure: { error: unknown } | null = null
    for (const stage of this.#opened) {
      try {
        await this.#within(stage.close?.(), true)
      } catch (error) {
        failure ??= { error: closeError(stage, error) }
      }
    }
    try {
      if (this.#headOpened) await this.#head.close?.()
    } catch (error) {
      failure ??= { error }
    }
    return failure?.error
  }

  #keep(clean: () => unknown): void {
    try {
      const result = clean()
      if (typeof result === 'object' && result !== null && 'then' in result) {
        this.#returning.push(result as PromiseLike<unknown>)
      }
    } catch {
      // An iterator whose return() throws has said all it can: the job has its outcome already.
    }
  }

  /** Waits for work of the user's, at most the stop timeout. */
  #within(work: unknown, overrunIsError: boolean): unknown {
    if (!isThenable(work)) return undefined
    return new Promise<void>((resolve, reject) => {
      const ms = this.#host.stopTimeout
      const cancel = this.#host.clock.setTimeout(() => {
        if (overrunIsError) reject(new RecordTimeoutError(`close() did not settle within ${ms} ms.`))
        else resolve()
      }, ms)
      work.then(
        () => {
          cancel()
          resolve()
        },
        (error: unknown) => {
          cancel()
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the user's own, whatever it is
          reject(error)
        },
      )
    })
  }
}

function closeError({ node }: Stage, cause: unknown): OperatorError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new OperatorError(`Operator '${node.name}' failed in close(): ${reason}`, {
    operator: node.name,
    site: node.site,
    cause,
    remedy: 'Mend its close(); every record had been processed by then.',
  })
}
