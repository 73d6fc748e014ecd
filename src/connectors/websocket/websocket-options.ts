import type { Awaitable } from '../../functions/user-functions.ts'
import { excerpt } from '../../errors/excerpt.ts'
import { checkMilliseconds, checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { labelOf, parseUrl, prepareRequest, type RequestHeaders } from '../common/http-request.ts'
import type { Redaction } from '../common/redaction.ts'
import { type ConnectorRetry, resolveRetry, type Retry } from '../common/retry-options.ts'
import type { Overflow } from './socket-connection.ts'
import { loadWebSocketClass, type WebSocketClass, type WebSocketMessage } from './web-socket-class.ts'

type Messages = WebSocketMessage | readonly WebSocketMessage[]

export interface WebSocketOptions<T> {
  readonly protocols?: string | readonly string[]
  /** Of the handshake. None of their values is in any error or log. */
  readonly headers?: RequestHeaders
  /** Sent whenever a connection is open. */
  readonly subscribe?: Messages | (() => Awaitable<Messages>)
  /** Makes a record of a message; undefined: there is none in it. What it throws fails the job. Default: the message. */
  readonly parse?: (message: WebSocketMessage) => T | undefined
  /** After a lost connection, or one that did not come about. Failures are counted anew when a message has come. */
  readonly retry?: ConnectorRetry
  /** Close codes that mean that there is nothing more: the source ends. Default [1000]. */
  readonly endCodes?: readonly number[]
  /** Finds out that a connection is dead though nobody closed it. */
  readonly heartbeat?: {
    /** Milliseconds between two pings. A connection on which nothing came since the last one is dropped. */
    readonly interval: number
    /** Sent in place of a ping; needed where the WebSocket cannot ping: that of the platform cannot. */
    readonly message?: string
  }
  /**
   * What becomes of messages that come faster than they are taken, when `capacity` of them wait, and the WebSocket
   * cannot be paused, which only that of `ws` can: the job fails with SourceOverflowError (default), or the oldest or
   * the newest is dropped, and counted as the metric `dropped`.
   */
  readonly overflow?: Overflow
  /** Messages that may wait, a positive integer; default 1024. A WebSocket of `ws` is paused then. */
  readonly capacity?: number
  /** Milliseconds until a connection is open; default 30 000. */
  readonly timeout?: number
  /** Bytes a message may have; default 16 MiB. A longer one fails the job. */
  readonly maxMessageSize?: number
  /** Default the global WebSocket, which Node has from version 22 on, else that of the package `ws`. */
  readonly webSocket?: WebSocketClass
}

/** What the next connection begins with. */
export interface Handshake {
  readonly headers: Readonly<Record<string, string>>
  readonly redaction: Redaction
}

/** Checked, with every default filled in. */
export interface WebSocketSettings<T> {
  /** Without credentials: they are in the headers. */
  readonly url: string
  /** For people: without the values of its query either. */
  readonly label: string
  readonly protocols: readonly string[]
  readonly parse: (message: WebSocketMessage) => T | undefined
  readonly retry: Retry
  readonly endCodes: readonly number[]
  readonly heartbeat: WebSocketOptions<T>['heartbeat']
  readonly overflow: Overflow
  readonly capacity: number
  readonly timeout: number
  readonly maxMessageSize: number
  handshake(): Promise<Handshake>
  subscribe(): Promise<readonly WebSocketMessage[]>
  load(): Promise<WebSocketClass>
}

/** @throws InvalidArgumentError for options that can never work. */
export function resolveWebSocketOptions<T>(
  given: string | URL,
  options: WebSocketOptions<T>,
): WebSocketSettings<T> {
  const who = 'fromWebSocket'
  const url = parseUrl(who, given, ['ws:', 'wss:'])
  const { headers = {}, protocols = [], parse, subscribe = [], endCodes = [1000], heartbeat } = options
  const { overflow = 'error', capacity = 1024, timeout = 30_000, maxMessageSize = 2 ** 24 } = options
  if (overflow !== 'error' && overflow !== 'drop-oldest' && overflow !== 'drop-newest') {
    const message = `there is no overflow policy ${excerpt(overflow)}`
    throw invalidArgument(who, message, `pass 'error', 'drop-oldest' or 'drop-newest'`)
  }
  if (heartbeat !== undefined) checkMilliseconds(who, 'heartbeat.interval', heartbeat.interval)
  // What basic credentials become, HTTP's own preparation knows.
  const asHttp = url.href.replace(/^ws/, 'http')
  prepareRequest(who, { url: asHttp })
  url.username = ''
  url.password = ''
  return {
    url: url.href,
    label: labelOf(url),
    protocols: typeof protocols === 'string' ? [protocols] : protocols,
    parse: parse ?? ((message: WebSocketMessage): T => message as T),
    retry: resolveRetry(who, options.retry),
    endCodes,
    heartbeat,
    overflow,
    capacity: checkPositiveInteger(who, 'capacity', capacity),
    timeout: checkMilliseconds(who, 'timeout', timeout),
    maxMessageSize: checkPositiveInteger(who, 'maxMessageSize', maxMessageSize),
    async handshake() {
      const more = typeof headers === 'function' ? await headers() : headers
      const prepared = prepareRequest(who, { url: asHttp }, more)
      return { headers: Object.fromEntries(prepared.headers), redaction: prepared.redaction }
    },
    async subscribe() {
      const messages = typeof subscribe === 'function' ? await subscribe() : subscribe
      return typeof messages === 'string' || messages instanceof Uint8Array ? [messages] : messages
    },
    load: async () => options.webSocket ?? (await loadWebSocketClass()),
  }
}
