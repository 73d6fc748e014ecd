import { OperatorError } from '../../errors/operator-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { Transformation } from '../../graph/transformation.ts'
import type { Cancel } from '../../time/clock.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Cursor, LoopState } from './loop-state.ts'
import type { StrandParts } from './strand-parts.ts'

/** What is opened before a strand runs: a stage, or the head. */
interface Opening {
  readonly node: Transformation
  open?(): unknown
  close?(): unknown
}

/**
 * What a strand has opened and must give back: operators, head, iterators, timers. `close` is called exactly once per
 * successful `open`, on every outcome.
 */
export class StrandTeardown {
  readonly #parts: Pick<StrandParts, 'stages' | 'head' | 'node' | 'host'>
  readonly #opened: Opening[] = []
  #opening: Promise<void> | null = null
  #headCancelled = false
  /** Clean-ups of the user's iterators, under way. */
  readonly #returning: PromiseLike<unknown>[] = []
  #cancelDelay: Cancel | null = null
  #closing: Promise<unknown> | null = null
  #isClosed = false

  constructor(parts: Pick<StrandParts, 'stages' | 'head' | 'node' | 'host'>) {
    this.#parts = parts
  }

  /** The teardown is under way. */
  get closing(): boolean {
    return this.#closing !== null && !this.#isClosed
  }

  /** Settles with the teardown. */
  get closed(): Promise<void> {
    return Promise.resolve(this.#closing).then(() => {})
  }

  /** @throws OperatorError naming the operator that cannot be opened. */
  open(): Promise<void> {
    this.#opening = this.#open().finally(() => (this.#opening = null))
    return this.#opening
  }

  /** A promise that resolves after `ms`, or never when the strand is closed before. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#cancelDelay = this.#parts.host.clock.setTimeout(() => {
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
    const { head, stages } = this.#parts
    this.#keep(() => head.cancel(state, fate))
    state.index = index
    const first = stages[0]
    if (first === undefined) return
    first.book.in += head.unread
    first.book[fate] += head.unread
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
    this.#closing ??= this.#close(pending).finally(() => (this.#isClosed = true))
    return this.#closing
  }

  async #open(): Promise<void> {
    const { stages, head, node } = this.#parts
    for (const stage of stages) {
      // Most have neither, and are not waited for.
      if (stage.open !== undefined || stage.close !== undefined) await this.#openOne(stage)
    }
    await this.#openOne({ node, open: () => head.open?.(), close: () => head.close?.() })
  }

  async #openOne(opening: Opening): Promise<void> {
    if (this.#closing !== null) return
    try {
      await opening.open?.()
    } catch (error) {
      throw lifecycleError(opening.node, 'open', error)
    }
    this.#opened.push(opening)
  }

  async #close(pending: PromiseLike<unknown> | null): Promise<unknown> {
    const delayed = this.#cancelDelay !== null
    this.#cancelDelay?.()
    if (pending !== null && !delayed) this.#returning.push(pending)
    const inFlight = this.#parts.head.settled?.()
    if (inFlight !== undefined) this.#returning.push(inFlight)
    const opening = this.#opening
    if (opening !== null) this.#returning.push(opening)
    if (this.#returning.length > 0) await this.#within(Promise.allSettled(this.#returning), false)
    // What takes longer to open is closed when it is open after all.
    if (opening !== null) void opening.catch(() => {}).then(() => this.#closeOpened())
    return this.#closeOpened()
  }

  /** Resolves to the first error, or undefined. */
  async #closeOpened(): Promise<Error | undefined> {
    let first: Error | undefined
    for (const opening of this.#opened.splice(0)) {
      try {
        await this.#within(opening.close?.(), true)
      } catch (error) {
        first ??= lifecycleError(opening.node, 'close', error)
      }
    }
    return first
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
      const { stopTimeout: ms, clock } = this.#parts.host
      const cancel = clock.setTimeout(() => {
        if (overrunIsError) reject(new RecordTimeoutError(`close() did not settle within ${ms} ms.`))
        else resolve()
      }, ms)
      Promise.resolve(work).then(
        () => {
          cancel()
          resolve()
        },
        (error: unknown) => {
          cancel()
          reject(error)
        },
      )
    })
  }
}

function lifecycleError({ kind, name, site }: Transformation, hook: 'open' | 'close', cause: unknown): Error {
  const who = kind === 'source' ? 'Source' : 'Operator'
  const remedy =
    hook === 'open'
      ? `See the cause; nothing runs before every ${who.toLowerCase()} is open.`
      : 'Mend its close(); every record had been processed by then.'
  const message = `${who} '${name}' failed to ${hook}: ${reasonOf(cause)}`
  return new OperatorError(message, { operator: name, site, cause, remedy })
}
