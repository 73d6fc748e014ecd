import { MillraceError } from '../errors/millrace-error.ts'
import { Fifo } from '../util/fifo.ts'

type Settle<T> = { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }

type End = { readonly error?: unknown } | undefined

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/**
 * What stands between a job and the one reader of `toAsyncIterable()`: a bounded queue that holds the job back
 * while it is full. The runtime calls `reset` as a job starts, `onCancel` to learn that the reader has left, `write`
 * per record, then `complete` or `fail` once. A reader that came before the job keeps waiting through `reset`.
 */
export class IterateBuffer<T> implements AsyncIterable<T> {
  readonly #capacity: number
  readonly #queue = new Fifo<T>()
  #readers: Settle<T>[] = []
  #writers: (() => void)[] = []
  #end: End
  #reading: AsyncIterator<T, undefined> | undefined
  #cancelled = false
  #onCancel: (() => void)[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Whether the reader has left before the end. What is written from then on is dropped. */
  get cancelled(): boolean {
    return this.#cancelled
  }

  /** Calls back once when the reader leaves early; at once where it has. All are forgotten at `reset`. */
  onCancel(callback: () => void): void {
    if (this.#cancelled) callback()
    else this.#onCancel.push(callback)
  }

  /** Takes the record. Returns a promise when the queue is full now: write again when it has resolved. */
  write(value: T): void | Promise<void> {
    if (this.#cancelled || this.#end !== undefined) return
    const reader = this.#readers.shift()
    if (reader !== undefined) return reader.resolve({ done: false, value })
    this.#queue.push(value)
    if (this.#queue.size < this.#capacity) return
    return new Promise((resolve) => this.#writers.push(resolve))
  }

  /** The job is over: writers that wait for room wait no more. What is queued stays for the reader. */
  release(): void {
    this.#releaseWriters()
  }

  /** The reader gets what is queued, then the end. */
  complete(): void {
    this.#finish({})
  }

  /** The reader gets what is queued, then the error. */
  fail(error: unknown): void {
    this.#finish({ error })
  }

  /** Makes ready for the next job: nothing queued, nobody gone. */
  reset(): void {
    this.#clear()
    this.#end = undefined
    this.#cancelled = false
    this.#onCancel = []
  }

  /** @throws MillraceError ERR_ALREADY_READ while another reader has not come to the end or left. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    if (this.#reading !== undefined) {
      throw new MillraceError('ERR_ALREADY_READ', 'this stream has a reader already', {
        remedy: 'call toAsyncIterable() once for each reader',
      })
    }
    const iterator: AsyncIterator<T, undefined> = {
      next: () => (this.#reading === iterator ? this.#next() : Promise.resolve(DONE)),
      return: () => {
        if (this.#reading === iterator) this.#cancel()
        return Promise.resolve(DONE)
      },
    }
    this.#reading = iterator
    return iterator
  }

  #next(): Promise<IteratorResult<T, undefined>> {
    if (this.#queue.size > 0) return Promise.resolve({ done: false, value: this.#take() })
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
    }
    const end = this.#end
    this.#end = {}
    this.#reading = undefined
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve(DONE)
  }

  #take(): T {
    const value = this.#queue.shift() as T
    if (this.#queue.size < this.#capacity) this.#releaseWriters()
    return value
  }

  #finish(end: NonNullable<End>): void {
    if (this.#end !== undefined) return
    this.#end = end
    // They hold the job, which is over; this buffer is the user's to keep.
    this.#onCancel = []
    this.#releaseWriters()
    const [first, ...rest] = this.#readers
    this.#readers = []
    if (first === undefined) return
    this.#reading = undefined
    this.#end = {}
    if ('error' in end) first.reject(end.error)
    else first.resolve(DONE)
    for (const reader of rest) reader.resolve(DONE)
  }

  #cancel(): void {
    const ended = this.#end !== undefined
    this.#reading = undefined
    this.#clear()
    for (const reader of this.#readers.splice(0)) reader.resolve(DONE)
    if (ended) return
    this.#cancelled = true
    for (const callback of this.#onCancel.splice(0)) callback()
  }

  #clear(): void {
    this.#queue.clear()
    this.#releaseWriters()
  }

  #releaseWriters(): void {
    for (const resolve of this.#writers.splice(0)) resolve()
  }
}
