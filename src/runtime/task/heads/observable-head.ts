import type { Observable, Subscription } from 'rxjs'
import { SourceOverflowError } from '../../../errors/overflow-errors.ts'
import type { SourceNode } from '../../../graph/transformation.ts'
import { Fifo } from '../../../util/fifo.ts'
import type { Waker } from '../../flow-control/channel.ts'
import type { Book } from '../../metrics/book.ts'
import type { LoopState } from '../loop-state.ts'
import type { Head } from './head.ts'

/**
 * A push source that cannot be paused. What it pushes faster than the pipeline takes waits in a buffer of `capacity`
 * records; beyond it the node's overflow policy decides, and what is dropped is counted. What the pipeline has taken,
 * a round of at most as many records, is its own.
 */
export class ObservableHead implements Head {
  readonly kind = 'chunk'
  unread = 0
  readonly #observable: Observable<unknown>
  readonly #node: SourceNode
  readonly #overflow: 'error' | 'drop-oldest' | 'drop-newest'
  readonly #capacity: number
  readonly #book: Book
  readonly #waker: Waker
  /** What the loop reads in this round, and what arrives meanwhile: each at most `capacity`. */
  #reading: unknown[] = []
  readonly #waiting = new Fifo<unknown>()
  #state: LoopState | null = null
  #ended = false
  #error: { readonly error: unknown } | null = null
  #subscription: Subscription | null = null

  constructor(observable: Observable<unknown>, node: SourceNode, book: Book, waker: Waker) {
    this.#observable = observable
    this.#node = node
    if (node.source.type !== 'observable') throw new TypeError(`${node.name} is not an Observable source`)
    this.#overflow = node.source.overflow
    this.#capacity = node.source.capacity
    this.#book = book
    this.#waker = waker
  }

  get held(): number {
    return this.#reading.length - (this.#state?.index ?? 0) + this.#waiting.size
  }

  fill(state: LoopState, quantum: number): 'ready' | 'idle' | 'ended' {
    if (!this.#ended) this.#subscription ??= this.#subscribe()
    this.#state = state
    if (state.index === this.#reading.length) {
      this.#reading = this.#waiting.take(quantum)
      state.records = this.#reading
      state.index = 0
    }
    state.limit = this.#reading.length
    if (state.limit > state.index) return 'ready'
    if (this.#error !== null) {
      const { error } = this.#error
      this.#error = null
      this.#ended = true
      throw error
    }
    return this.#ended ? 'ended' : 'idle'
  }

  stop(): 'drains' {
    this.#subscription?.unsubscribe()
    this.#ended = true
    return 'drains'
  }

  cancel(state: LoopState, fate: 'dropped' | 'unfinished'): void {
    this.stop()
    const { held } = this
    this.#book.in += held
    this.#book[fate] += held
    this.#waiting.clear()
    this.#reading = []
    this.#state = null
    state.limit = state.index
  }

  #subscribe(): Subscription {
    return this.#observable.subscribe({
      next: (value) => this.#take(value),
      error: (error: unknown) => {
        this.#error = { error }
        this.#waker.wake()
      },
      complete: () => {
        this.#ended = true
        this.#waker.wake()
      },
    })
  }

  #take(value: unknown): void {
    if (this.#ended || this.#error !== null) return
    this.#waker.wake()
    if (this.#waiting.size < this.#capacity) {
      this.#waiting.push(value)
      return
    }
    switch (this.#overflow) {
      case 'drop-newest':
        this.#book.in++
        this.#book.dropped++
        break
      case 'drop-oldest':
        this.#book.in++
        this.#book.dropped++
        this.#waiting.shift()
        this.#waiting.push(value)
        break
      case 'error':
        this.#error = { error: this.#overflowError() }
    }
  }

  #overflowError(): SourceOverflowError {
    return new SourceOverflowError(
      `Source '${this.#node.name}' pushed more than the ${this.#capacity} records it may hold.`,
      {
        operator: this.#node.name,
        site: this.#node.site,
        remedy:
          "Give fromObservable a larger capacity, or overflow: 'drop-oldest' or 'drop-newest'; a source that can be pulled (fromSource, fromBatch) needs neither.",
      },
    )
  }
}
