import { createParser } from 'eventsource-parser'
import { ProtocolError } from './client-errors.ts'
import { Deadline } from './deadline.ts'
import { withFailure } from './passing-failure.ts'
import type { Query, Transport } from './transport.ts'
import { unreachable } from './unreachable.ts'

/** Characters an event may have. */
const EVENT_SIZE = 8 * 2 ** 20

export interface EventRequest {
  readonly path: string
  /** What says where the stream is to begin, for where the header Last-Event-ID gets lost. */
  readonly query: (lastEventId: string | undefined) => Query
}

/** An event as it arrived. */
export interface ServerMessage {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** What came in one piece: events, and whether there was anything that shows that the stream is alive. */
export interface Arrival {
  readonly messages: readonly ServerMessage[]
  readonly alive: boolean
}

/** One connection of an event stream. It reads when it is asked to, and holds the events of one piece of the body. */
export class EventConnection {
  /** Id of the event that the stream begins behind, where the server tells. */
  readonly position: string | undefined
  /** Milliseconds to wait before the next connection, as the server wishes. */
  reconnectAfter: number | undefined
  readonly #transport: Transport
  readonly #label: string
  readonly #signal: AbortSignal
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  readonly #feed: (text: string) => void
  #messages: ServerMessage[] = []
  #alive = false
  #tooLong = false

  private constructor(transport: Transport, label: string, signal: AbortSignal, { headers, body }: Response) {
    this.position = headers.get('last-event-id') ?? undefined
    this.#transport = transport
    this.#label = label
    this.#signal = signal
    this.#reader = (body as NonNullable<typeof body>).getReader()
    const parser = createParser({
      onEvent: ({ event = 'message', id, data }) => this.#messages.push({ event, id, data }),
      onComment: () => (this.#alive = true),
      // Not 0, so that the waits can grow.
      onRetry: (ms) => (this.reconnectAfter = Math.max(1, ms)),
      onError: ({ type }) => (this.#tooLong ||= type === 'max-buffer-size-exceeded'),
      maxBufferSize: EVENT_SIZE,
    })
    this.#feed = (text) => parser.feed(text)
  }

  /** @throws as Transport.attempt does, and ProtocolError when the answer is no event stream. */
  static async open(
    transport: Transport,
    { path, query }: EventRequest,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<EventConnection> {
    return transport.attempt(
      {
        method: 'GET',
        path,
        query: query(lastEventId),
        headers: {
          accept: 'text/event-stream, application/problem+json',
          'cache-control': 'no-store',
          // It is no use to anybody afterwards.
          connection: 'close',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        repeatable: true,
        read: async (response, label) => {
          const type = response.headers.get('content-type') ?? ''
          if (response.body !== null && /^text\/event-stream\b/i.test(type)) {
            return new EventConnection(transport, label, signal, response)
          }
          await response.body?.cancel()
          throw noEventStream(label, type)
        },
      },
      { signal },
    )
  }

  /**
   * What comes next; null when the server has ended the stream. An event that is not complete by then is dropped.
   * @throws ServerUnreachableError when the connection breaks or nothing comes; the signal's reason; ProtocolError.
   */
  async next(): Promise<Arrival | null> {
    const { settings, closed } = this.#transport
    const deadline = new Deadline(settings.clock, settings.silence, [closed, this.#signal])
    try {
      const { done, value } = await deadline.run(() => this.#reader.read())
      if (done) return null
      this.#feed(this.#decoder.decode(value, { stream: true }))
    } catch (error) {
      throw deadline.explain(error, (cause) => unreachable(settings.base, this.#label, cause))
    }
    if (this.#tooLong) throw tooLong(this.#label)
    const messages = this.#messages
    const alive = this.#alive || messages.length > 0
    this.#messages = []
    this.#alive = false
    return { messages, alive }
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    // What is broken already has nothing to be cancelled.
    await this.#reader.cancel().catch(() => {})
  }
}

/** A proxy may answer instead of the server, and stop doing so. */
const noEventStream = (label: string, type: string): ProtocolError =>
  withFailure(
    new ProtocolError(`${label} was answered with '${type}', which is no event stream`, {
      remedy: 'Look at the host and port, and at what is between this client and the server.',
    }),
    { passing: true, maybeDone: false },
  )

const tooLong = (label: string): ProtocolError =>
  new ProtocolError(`${label} sent an event of more than ${EVENT_SIZE} characters`, {
    remedy: 'Look at what the server sends.',
  })
