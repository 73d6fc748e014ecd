import { AsyncLocalStorage } from 'node:async_hooks'
import { ServiceUnavailableError } from '../../../errors/service-errors.ts'
import type { Waker } from '../../flow-control/channel.ts'
import type { Reply } from '../../flow-control/packet.ts'
import type { LoopState } from '../loop-state.ts'
import type { Head } from './head.ts'

/** A request on its way: its handle travels beside the record, never in it. */
class Request implements Reply {
  readonly value: unknown
  readonly #settled: (request: Request) => void
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void
  readonly #context = AsyncLocalStorage.snapshot()

  constructor(
    value: unknown,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    settled: (request: Request) => void,
  ) {
    this.value = value
    this.#resolve = resolve
    this.#reject = reject
    this.#settled = settled
  }

  run(call: () => unknown): unknown {
    return this.#context(call)
  }

  resolve(value: unknown): void {
    this.#settled(this)
    this.#resolve(value)
  }

  reject(error: unknown): void {
    this.#settled(this)
    this.#reject(error)
  }
}

/**
 * The door of a pipeline that serves requests: the service object that callers call, and what the source reads. The
 * queue is bounded by its callers, each of whom waits for an answer.
 */
export class RequestQueue {
  readonly #name: string
  #queue: Request[] = []
  readonly #open = new Set<Request>()
  #closed = false
  #reader: Waker | null = null
  /** Strands of the pipeline that have not ended. */
  #strands = 0
  /** The pipeline does not come to its end any more. */
  #givenUp = false
  #over: Promise<void> | null = null
  #onOver: (() => void) | null = null

  constructor(name: string) {
    this.#name = name
  }

  get held(): number {
    return this.#queue.length
  }

  get closed(): boolean {
    return this.#closed
  }

  /** What callers call. Resolves to what the pipeline made of the value; undefined when it was dropped. */
  call(value: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#unavailable())
    return new Promise((resolve, reject) => {
      const request = new Request(value, resolve, reject, (settled) => this.#settle(settled))
      this.#open.add(request)
      this.#queue.push(request)
      this.#reader?.wake()
    })
  }

  /** The service's hook: see `close`. */
  stop(): Promise<void> {
    return this.close()
  }

  /**
   * The service's stop: no further request; resolves when the open ones are answered, and the pipeline has flushed what
   * its operators held back.
   */
  async close(): Promise<void> {
    this.#closed = true
    this.#reader?.wake()
    if (!this.#isOver) await (this.#over ??= new Promise<void>((resolve) => (this.#onOver = resolve)))
  }

  /** So many more strands are part of the pipeline. */
  expect(strands: number): void {
    this.#strands += strands
  }

  /** One of them has ended by itself. */
  strandEnded(): void {
    this.#strands--
    this.#look()
  }

  /** The job ends with some of them as they stand: their end is waited for no longer. */
  giveUp(): void {
    this.#givenUp = true
    this.#look()
  }

  /** Whoever still waits is told that no answer will come. */
  abandon(): void {
    this.#closed = true
    for (const request of [...this.#open]) request.reject(this.#unavailable())
    this.#queue = []
  }

  read(waker: Waker): void {
    this.#reader = waker
  }

  take(limit: number): Request[] {
    return this.#queue.splice(0, limit)
  }

  #settle(request: Request): void {
    this.#open.delete(request)
    this.#look()
  }

  get #isOver(): boolean {
    return this.#open.size === 0 && (this.#strands === 0 || this.#givenUp)
  }

  #look(): void {
    if (this.#isOver) this.#onOver?.()
  }

  #unavailable(): ServiceUnavailableError {
    return new ServiceUnavailableError(`The pipeline '${this.#name}' takes no requests any more.`, {
      operator: this.#name,
      remedy: 'Await calls before the function that makes them returns.',
    })
  }
}

/** The source of a pipeline that serves requests. */
export class RequestHead implements Head {
  readonly kind = 'chunk'
  readonly unread = 0
  readonly #queue: RequestQueue
  #count = 0

  constructor(queue: RequestQueue, waker: Waker) {
    this.#queue = queue
    queue.read(waker)
  }

  get held(): number {
    return this.#queue.held
  }

  fill(state: LoopState, quantum: number): 'ready' | 'idle' | 'ended' {
    if (state.index < this.#count) return 'ready'
    const requests = this.#queue.take(quantum)
    this.#count = requests.length
    state.records = requests.map(({ value }) => value)
    state.replies = requests
    state.index = 0
    state.limit = this.#count
    if (this.#count > 0) return 'ready'
    return this.#queue.closed ? 'ended' : 'idle'
  }

  cancel(state: LoopState, fate: 'dropped' | 'unfinished'): void {
    this.#queue.abandon()
    if (fate === 'unfinished') this.#queue.giveUp()
    state.limit = state.index
  }
}
