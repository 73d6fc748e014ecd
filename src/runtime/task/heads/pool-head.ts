import type { CallPool } from '../../flow-control/call-pool.ts'
import type { Barrier, Reply, Signal } from '../../flow-control/packet.ts'
import type { Slot } from '../../flow-control/slot.ts'
import type { Book } from '../../metrics/book.ts'
import type { FailureHandler } from '../failure-handler.ts'
import type { LoopState } from '../loop-state.ts'
import type { Stage } from '../stage.ts'
import type { Head, HeadStatus } from './head.ts'

/** Reads the results of the calls a CallPool made, and gives each record its fate. */
export class PoolHead implements Head {
  readonly kind = 'chunk'
  readonly unread = 0
  readonly #pool: CallPool
  readonly #operator: Pick<Stage, 'node' | 'mode' | 'batched'>
  readonly #book: Book
  readonly #failures: FailureHandler
  readonly #close: () => unknown
  /** Slots whose results the loop is reading, with what it reads: bounded by the pool's capacity, and used again. */
  readonly #reading: Slot[] = []
  readonly #records: unknown[] = []
  readonly #keys: unknown[] = []
  readonly #replies: (Reply | null)[] = []
  readonly #timestamps: Float64Array
  #count = 0
  #requested: Barrier | null = null

  /** @param close the operator's: its calls end here. */
  constructor(
    pool: CallPool,
    operator: Pick<Stage, 'node' | 'mode' | 'batched'>,
    book: Book,
    failures: FailureHandler,
    close: () => unknown,
  ) {
    this.#close = close
    this.#pool = pool
    this.#operator = operator
    this.#book = book
    this.#failures = failures
    this.#timestamps = new Float64Array(pool.capacity)
  }

  get held(): number {
    return this.#pool.held
  }

  get hasMore(): boolean {
    return this.#pool.peek() !== null
  }

  fill(state: LoopState, quantum: number): HeadStatus {
    if (state.index === this.#count) {
      this.#release(state)
      if (this.#pool.dueSignal !== null) return 'signal'
      this.#refill()
    }
    state.limit = Math.min(this.#count, state.index + quantum)
    if (state.index < state.limit) return 'ready'
    if (this.#pool.dueSignal !== null) return 'signal'
    if (!this.#pool.ended || this.#pool.held > 0) return 'idle'
    return this.#requested === null ? 'ended' : 'signal'
  }

  takeSignal(): Signal {
    if (this.#pool.dueSignal !== null) return this.#pool.takeSignal()
    return this.#requested as Barrier
  }

  /** Where the calls have ended no barrier comes through the pool: it is taken when they are all read. */
  trigger(barrier: Barrier): void {
    this.#requested = barrier
  }

  passed(): void {
    this.#requested = null
  }

  cancelBarrier(checkpoint: number): void {
    if (this.#requested !== null && this.#requested.checkpoint <= checkpoint) this.#requested = null
  }

  cancel(state: LoopState, fate: 'dropped' | 'unfinished'): void {
    const unread = this.#count - state.index
    this.#book[fate] += this.#pool.held - state.index
    if (this.#operator.mode !== 'many') this.#book.out -= unread
    for (const slot of this.#reading.slice(state.index, this.#count)) this.#pool.discard(slot)
    this.#pool.cancel()
    state.limit = state.index
  }

  close(): unknown {
    return this.#close()
  }

  settled(): Promise<void> | undefined {
    return this.#pool.settled()
  }

  #release(state: LoopState): void {
    for (let i = 0; i < this.#count; i++) {
      this.#pool.release(this.#reading[i] as Slot)
      this.#records[i] = this.#keys[i] = undefined
      this.#replies[i] = null
    }
    this.#count = 0
    state.records = this.#records
    state.keys = this.#keys
    state.replies = this.#replies
    state.timestamps = this.#timestamps
    state.index = 0
    state.limit = 0
  }

  #refill(): void {
    let slot: Slot | null
    while ((slot = this.#pool.peek()) !== null) {
      if (!slot.failed) this.#accept(slot)
      // What came before a failure goes its way first: it may be the end of the job.
      else if (this.#count === 0) this.#fail(slot)
      else break
    }
    this.#retryBehind()
  }

  /** A call that will be made again is made without waiting for its turn: what is slow ahead of it delays it no further. */
  #retryBehind(): void {
    const { onError } = this.#operator.node
    if (typeof onError !== 'object') return
    for (const slot of this.#pool.failed) {
      if (slot.attempts <= onError.retry.attempts) this.#fail(slot)
    }
  }

  #accept(slot: Slot): void {
    this.#pool.shift()
    switch (this.#operator.mode) {
      case 'value':
        if (slot.result === undefined) this.#drop(slot)
        else this.#pass(slot, slot.result)
        break
      case 'test':
        if (!slot.result) this.#drop(slot)
        else this.#pass(slot, slot.value)
        break
      case 'many':
        // The outputs are counted where they are taken one by one; they travel in the place of the key, beside
        // the record that gave them.
        if (slot.result === undefined || slot.result === null) this.#pool.release(slot)
        else this.#read(slot, slot.value, slot.result)
        break
      case 'end':
        slot.reply?.resolve(slot.result)
        this.#pool.release(slot)
        break
      default:
        this.#pass(slot, slot.value)
    }
  }

  #pass(slot: Slot, value: unknown): void {
    this.#book.out++
    this.#read(slot, value, slot.key)
  }

  #read(slot: Slot, value: unknown, key: unknown): void {
    const at = this.#count++
    this.#reading[at] = slot
    this.#records[at] = value
    this.#keys[at] = key
    this.#replies[at] = slot.reply
    this.#timestamps[at] = slot.timestamp
  }

  #drop(slot: Slot): void {
    this.#book.dropped++
    slot.reply?.resolve(undefined)
    this.#pool.release(slot)
  }

  #fail(slot: Slot): void {
    const delay = this.#decide(slot)
    if (delay === null) this.#giveUp(slot)
    else this.#pool.retry(slot, delay)
  }

  #decide(slot: Slot): number | null {
    try {
      return this.#failures.handle({
        node: this.#operator.node,
        book: this.#book,
        error: slot.result,
        record: slot.value,
        hasRecord: true,
        attempts: slot.attempts,
        batched: this.#operator.batched === true,
        key: slot.key,
        eventTime: slot.timestamp,
        input: slot.input,
        replay: slot.replay,
        retryable: true,
        reply: slot.reply,
      })
    } catch (error) {
      this.#giveUp(slot)
      throw error
    }
  }

  #giveUp(slot: Slot): void {
    this.#pool.shift()
    this.#pool.unpark(slot)
    this.#pool.release(slot)
  }
}
