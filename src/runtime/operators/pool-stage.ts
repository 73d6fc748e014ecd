import type { Transformation } from '../../graph/transformation.ts'
import type { CallPool } from '../flow-control/call-pool.ts'
import type { Replay } from '../dead-letters/given-up.ts'
import type { Reply, Signal } from '../flow-control/packet.ts'
import type { Book } from '../metrics/book.ts'
import type { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'

/**
 * Starts an operator's calls: the last stage of the strand before the pool. It has the operator's intake; the strand
 * that reads the pool has everything else, closing included.
 *
 * A class, because the loop asks `ready` for each record: the getters of an object literal give each object a shape of
 * its own, and the code that is kept for the next job of the same functions would find another one each time.
 */
export class PoolStage implements Stage {
  readonly mode = 'end'
  readonly takes = 'internal'
  readonly node: Transformation
  readonly book: Book
  readonly context: CallContext
  readonly open: () => unknown
  readonly timed: boolean
  readonly call: Stage['call']
  readonly #pool: CallPool

  constructor(
    { node, book, context }: Pick<Stage, 'node' | 'book' | 'context'>,
    open: () => unknown,
    pool: CallPool,
    reply: () => Reply | null,
    replay: () => Replay | null,
    timed: boolean,
  ) {
    this.node = node
    this.book = book
    this.context = context
    this.open = open
    this.timed = timed
    this.#pool = pool
    this.call = (value, key, input, timestamp) => {
      pool.submit(value, key, input, timestamp, reply(), replay())
    }
  }

  get ready(): boolean {
    return this.#pool.ready
  }

  get finished(): boolean {
    return this.#pool.cancelled
  }

  /** Acknowledging takes nothing back: a cancelled pool stays cancelled, and the strand reads no more. */
  set finished(_acknowledged: boolean) {}

  forward(signal: Signal): void {
    this.#pool.signal(signal)
  }

  complete(): void {
    this.#pool.end()
  }
}
