import { HttpError } from '../../errors/connector-errors.ts'
import type { OperatorContext } from '../../functions/context.ts'
import { type Awaitable, END, type End, type PullSource } from '../../functions/user-functions.ts'
import { checkMilliseconds, checkPositiveInteger } from '../../graph/check-number.ts'
import { type Fetch, refusal, send, unanswered } from '../common/exchange.ts'
import { type PreparedRequest, prepareRequest, type RequestHeaders } from '../common/http-request.ts'
import { Lifetime } from '../common/lifetime.ts'
import { type ConnectorRetry, resolveRetry, type Retry } from '../common/retry-options.ts'
import type { SourceClass } from '../common/source-class.ts'
import { EventReader } from './event-reader.ts'
import type { SseEvent } from './sse-event.ts'

export interface SseOptions {
  /** Sent with every request. None of their values is in any error or log. */
  readonly headers?: RequestHeaders
  /** The types wanted; default all. An event without a type has the type 'message'. */
  readonly eventTypes?: readonly string[]
  /** Sent as Last-Event-ID the first time; default none. */
  readonly lastEventId?: string
  /**
   * After a lost connection, no answer, 408, 425, 429 and 5xx but 501. A server's `retry:` takes the place of the
   * backoff's `initial`, and its Retry-After is heeded. Failures are counted anew when an event has come.
   */
  readonly retry?: ConnectorRetry
  /** Milliseconds for the server to begin its answer; default 30 000. */
  readonly timeout?: number
  /** Milliseconds without a byte after which the connection counts as lost; default that of fetch, 300 000. */
  readonly idleTimeout?: number
  /** Characters one event may have; default 1 Mi. A longer one fails the job. */
  readonly maxEventSize?: number
  /** Default the global `fetch`. */
  readonly fetch?: Fetch
}

/**
 * Reads server-sent events. What arrives is parsed chunk by chunk as the pipeline asks for it: a slow one leaves the
 * rest with the server. It connects again when the connection is lost or the server closes it, and ends when the server
 * answers 204. It runs in one subtask, whatever the parallelism.
 *
 * Its position is the last event's id, sent as Last-Event-ID when it connects again and when a job goes on. So nothing
 * is lost where the server numbers its events and keeps them; of a server that does neither, what it sends in between
 * is lost.
 *
 * @throws InvalidArgumentError for options that can never work; HttpError in the job.
 */
export function fromSse(url: string | URL, options: SseOptions = {}): SourceClass<SseEvent> {
  const settings = resolveSse(url, options)
  return class extends SseSource {
    constructor() {
      super(settings)
    }
  }
}

interface SseSettings {
  readonly timeout: number
  readonly idleTimeout: number
  readonly maxEventSize: number
  readonly retry: Retry
  readonly fetch: Fetch
  readonly lastEventId: string | undefined
  readonly wants: (type: string) => boolean
  readonly prepare: (lastEventId: string | undefined) => Promise<PreparedRequest>
}

class SseSource implements PullSource<SseEvent> {
  readonly #settings: SseSettings
  #life: Lifetime | null = null
  #reader: EventReader | null = null
  #lastEventId: string | undefined
  /** Connections in a row that brought no event. */
  #failures = 0
  /** Milliseconds, as the server wishes. */
  #reconnectAfter: number | undefined
  #ended = false

  constructor(settings: SseSettings) {
    this.#settings = settings
    this.#lastEventId = settings.lastEventId
  }

  restore(position: unknown): void {
    this.#lastEventId = (position as { lastEventId: string | undefined }).lastEventId
  }

  open(ctx: OperatorContext): void {
    this.#life = new Lifetime(ctx)
  }

  next(ctx: OperatorContext): Awaitable<SseEvent | End> {
    if (ctx.subtaskIndex > 0 || this.#ended) return END
    const event = this.#take()
    if (event !== undefined) return event
    const life = this.#life as Lifetime
    return life.run(() => this.#wait(life))
  }

  snapshot(): unknown {
    return { lastEventId: this.#lastEventId }
  }

  async close(): Promise<void> {
    await this.#life?.close()
    this.#reader?.cancel()
    this.#reader = null
  }

  /** The next event that is wanted of those that have arrived. */
  #take(): SseEvent | undefined {
    for (;;) {
      const event = this.#reader?.events.shift()
      if (event === undefined) return undefined
      this.#lastEventId = event.lastEventId === '' ? undefined : event.lastEventId
      if (this.#settings.wants(event.type)) return event
    }
  }

  async #wait(life: Lifetime): Promise<SseEvent | End> {
    for (;;) {
      const event = this.#take()
      if (event !== undefined) return event
      try {
        this.#reader ??= await this.#connect(life)
        if (this.#reader === null) {
          this.#ended = true
          return END
        }
        if (await this.#reader.fill()) {
          if (this.#reader.events.size > 0) this.#failures = 0
          continue
        }
        await this.#pause(life, null)
      } catch (error) {
        if (life.signal.aborted || !(error instanceof HttpError && error.retryable)) throw error
        await this.#pause(life, error)
      }
    }
  }

  /** The connection is lost, or there was none: waits until it is time for the next. */
  async #pause(life: Lifetime, error: HttpError | null): Promise<void> {
    const { ctx } = life
    this.#reconnectAfter = this.#reader?.reconnectAfter ?? this.#reconnectAfter
    this.#reader = null
    this.#failures++
    if (error !== null && this.#failures > this.#settings.retry.attempts) throw error
    const backoff = this.#settings.retry.wait(this.#failures, this.#reconnectAfter)
    const wait = Math.max(backoff, error?.retryAfter ?? 0)
    const why = error === null ? 'The server closed the event stream' : error.message.split('\n')[0]
    ctx.metrics.count('reconnects')
    ctx.logger.warn(`${why}; connecting again in ${wait} ms`, { operator: ctx.operator })
    await life.delay(wait)
  }

  /** Null when the server says that there is nothing more. */
  async #connect(life: Lifetime): Promise<EventReader | null> {
    const { prepare, fetch, timeout, idleTimeout, maxEventSize } = this.#settings
    const request = await prepare(this.#lastEventId)
    const reader = new EventReader({
      life,
      idleTimeout,
      maxEventSize,
      lastEventId: this.#lastEventId ?? '',
      failed: (error) => unanswered(request, error),
      label: request.label,
    })
    const response = await reader.bounded(timeout, async (signal) => {
      const answer = await send(request, fetch, signal)
      if (answer.status === 200 || answer.status === 204) return answer
      throw await refusal(request, answer, life.ctx.now())
    })
    if (response.status === 204) return null
    const type = response.headers.get('content-type') ?? ''
    if (response.body === null || !/^text\/event-stream\b/i.test(type)) {
      reader.cancel()
      throw noEventStream(request, type)
    }
    reader.read(response.body)
    return reader
  }
}

function resolveSse(url: string | URL, options: SseOptions): SseSettings {
  const { headers = {}, eventTypes, lastEventId, retry } = options
  const { timeout = 30_000, idleTimeout, maxEventSize = 2 ** 20 } = options
  prepareRequest('fromSse', { url })
  const wanted = eventTypes === undefined ? null : new Set(eventTypes)
  return {
    timeout: checkMilliseconds('fromSse', 'timeout', timeout),
    idleTimeout:
      idleTimeout === undefined ? Infinity : checkMilliseconds('fromSse', 'idleTimeout', idleTimeout),
    maxEventSize: checkPositiveInteger('fromSse', 'maxEventSize', maxEventSize),
    retry: resolveRetry('fromSse', retry),
    fetch: options.fetch ?? ((to, init) => fetch(to, init)),
    lastEventId,
    wants: (type) => wanted === null || wanted.has(type),
    async prepare(last) {
      const given = typeof headers === 'function' ? await headers() : headers
      const standard = { accept: 'text/event-stream', 'cache-control': 'no-store', connection: 'close' }
      // A header holds bytes; the id is sent in UTF-8, as the standard says.
      const id = last === undefined ? {} : { 'last-event-id': Buffer.from(last, 'utf8').toString('latin1') }
      return prepareRequest('fromSse', { url, headers: standard }, given, id)
    },
  }
}

function noEventStream({ label }: PreparedRequest, type: string): HttpError {
  return new HttpError(`GET ${label} was answered with '${type}', which is no event stream`, {
    status: 200,
    url: label,
    retryable: false,
    remedy: 'Look at the url: the answer must have the content type text/event-stream.',
  })
}
