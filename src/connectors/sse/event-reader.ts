import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { HttpError } from '../../errors/connector-errors.ts'
import { Fifo } from '../../util/fifo.ts'
import type { Lifetime } from '../common/lifetime.ts'
import type { SseEvent } from './sse-event.ts'

export interface EventReaderOptions {
  readonly life: Lifetime
  readonly lastEventId: string
  /** Milliseconds without a byte, while one is waited for. */
  readonly idleTimeout: number
  /** Characters. */
  readonly maxEventSize: number
  /** The error for a connection that does not come about, or breaks. */
  readonly failed: (error: unknown) => HttpError
  /** The url for people. */
  readonly label: string
}

/** One connection: reads a chunk when it is asked to, and holds the events of that one chunk. */
export class EventReader {
  /** At most those that end in one chunk of the body. */
  readonly events: Fifo<SseEvent> = new Fifo()
  /** Milliseconds to wait before the next connection, as the server wishes. */
  reconnectAfter: number | undefined
  readonly #options: EventReaderOptions
  /** Ends this connection alone. */
  readonly #connection = new AbortController()
  readonly #decoder = new TextDecoder()
  readonly #feed: (text: string) => void
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #lastEventId: string
  #tooLong = false

  constructor(options: EventReaderOptions) {
    this.#options = options
    this.#lastEventId = options.lastEventId
    const parser = createParser({
      onEvent: (event) => this.#take(event),
      // Not 0, so that the backoff can grow.
      onRetry: (ms) => void (this.reconnectAfter = Math.max(1, ms)),
      onError: ({ type }) => void (this.#tooLong ||= type === 'max-buffer-size-exceeded'),
      maxBufferSize: options.maxEventSize,
    })
    this.#feed = (text) => parser.feed(text)
  }

  read(body: ReadableStream<Uint8Array>): void {
    this.#reader = body.getReader()
  }

  /**
   * Reads a chunk. False at the end of the body; an event that is not complete by then is dropped, as the standard says.
   * @throws HttpError when the connection breaks, or an event is too long.
   */
  async fill(): Promise<boolean> {
    const reader = this.#reader as ReadableStreamDefaultReader<Uint8Array>
    const { done, value } = await this.bounded(this.#options.idleTimeout, () => reader.read())
    if (done) {
      this.cancel()
      return false
    }
    this.#feed(this.#decoder.decode(value, { stream: true }))
    if (!this.#tooLong) return true
    this.cancel()
    throw this.#eventTooLong()
  }

  /** Waits for the server, but no longer than that, and not beyond the source's own end. */
  async bounded<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { life, failed } = this.#options
    const done = new AbortController()
    const end = (): void => this.#connection.abort(life.signal.reason)
    const overrun = (): void => this.#connection.abort(new Error(`nothing came for ${ms} ms`))
    life.signal.addEventListener('abort', end, { once: true })
    if (life.signal.aborted) end()
    life.ctx.delay(ms, done.signal).then(overrun, () => {})
    try {
      return await work(this.#connection.signal)
    } catch (error) {
      if (life.signal.aborted) throw life.signal.reason
      if (error instanceof HttpError) throw error
      throw failed(this.#connection.signal.aborted ? this.#connection.signal.reason : error)
    } finally {
      life.signal.removeEventListener('abort', end)
      done.abort()
    }
  }

  cancel(): void {
    this.#connection.abort()
  }

  #take({ event = 'message', id, data }: EventSourceMessage): void {
    this.#lastEventId = id ?? this.#lastEventId
    this.events.push({ type: event, data, lastEventId: this.#lastEventId })
  }

  #eventTooLong(): HttpError {
    const { label, maxEventSize } = this.#options
    return new HttpError(`GET ${label} sent an event of more than ${maxEventSize} characters`, {
      status: 200,
      url: label,
      retryable: false,
      remedy: 'Raise maxEventSize, or look at what the server sends.',
    })
  }
}
