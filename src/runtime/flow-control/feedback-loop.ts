import { LoopOverflowError } from '../../errors/overflow-errors.ts'
import type { FutureNode } from '../../graph/transformation.ts'
import type { Gate, InputHead } from '../task/heads/input-head.ts'
import type { Strand } from '../task/strand.ts'

/**
 * One feedback loop: admits records from outside while fewer than `admit` are inside, and ends when its outside inputs
 * have ended and nothing is inside. Both are counted on the loop's own edges and windows.
 *
 * Operators that hold records back until their end emit them when the loop is otherwise empty: one strand at a time,
 * in turn, each when what the one before emitted has gone its way. When none has anything left the loop is over.
 */
export class FeedbackLoop implements Gate {
  readonly #future: FutureNode
  readonly #members: { readonly strand: Strand; readonly head: InputHead | null }[] = []
  readonly #futures: { readonly strand: Strand; readonly head: InputHead }[] = []
  #flushing = false
  /** Whose turn it is to flush, and how many in a row had nothing. */
  #turn = 0
  #silent = 0
  #ended = false

  constructor(future: FutureNode) {
    this.#future = future
  }

  /** Adds a strand of the loop; `head` where it reads channels. */
  join(strand: Strand, head: InputHead | null, isFuture: boolean): void {
    this.#members.push({ strand, head })
    if (isFuture && head !== null) this.#futures.push({ strand, head })
  }

  get room(): number {
    const { admit, capacity } = this.#future
    return Math.min(admit, capacity) - this.#inside()
  }

  /** @throws LoopOverflowError when more records are inside than the loop may hold. */
  check(): void {
    const { name, capacity, site } = this.#future
    if (this.#inside() <= capacity) return
    throw new LoopOverflowError(`The feedback loop '${name}' holds more than ${capacity} records.`, {
      operator: name,
      site,
      remedy: 'Let fewer records go round than leave, or raise fromFuture(name, { capacity }).',
    })
  }

  /** A member has nothing to do. */
  memberIdle(): void {
    if (this.#ended || this.#flushing) return
    for (const { strand, head } of this.#members)
      if (head?.waitsAtGate === true && this.room > 0) strand.wake()
    if (!this.#members.every(({ strand, head }) => strand.quiet && (head === null || head.outsideEnded)))
      return
    this.#flushing = true
    this.#flush()
  }

  #flush(): void {
    if (this.#silent === this.#members.length) {
      this.#end()
      return
    }
    const { strand } = this.#members[this.#turn] as { strand: Strand }
    this.#turn = (this.#turn + 1) % this.#members.length
    strand.flushRound((emitted) => {
      this.#silent = emitted ? 0 : this.#silent + 1
      if (!emitted) {
        this.#flush()
        return
      }
      this.#flushing = false
      strand.wake()
    })
  }

  #end(): void {
    this.#ended = true
    for (const { strand, head } of this.#futures) {
      head.endNow()
      strand.wake()
    }
  }

  #inside(): number {
    return this.#members.reduce(
      (inside, { strand, head }) => inside + (head === null ? strand.held : head.heldInside + strand.heldOut),
      0,
    )
  }
}
