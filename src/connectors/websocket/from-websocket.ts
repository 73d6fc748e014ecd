import { WebSocketError } from '../../errors/connector-errors.ts'
import { SourceOverflowError } from '../../errors/overflow-errors.ts'
import type { OperatorContext } from '../../functions/context.ts'
import { type Awaitable, END, type End, type PullSource } from '../../functions/user-functions.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { Lifetime } from '../common/lifetime.ts'
import type { Redaction } from '../common/redaction.ts'
import type { SourceClass } from '../common/source-class.ts'
import { type Ending, SocketConnection } from './socket-connection.ts'
import { canPing, connectWebSocket, type WebSocketClass, type WebSocketMessage } from './web-socket-class.ts'
import {
  resolveWebSocketOptions,
  type WebSocketOptions,
  type WebSocketSettings,
} from './websocket-options.ts'

/**
 * Reads the messages of a WebSocket, and connects again when the connection is lost. It ends when the server closes it
 * with one of `endCodes`. A slow pipeline makes the server wait where the WebSocket can be paused, as that of `ws` can;
 * elsewhere `overflow` decides. It runs in one subtask, whatever the parallelism.
 *
 * At most once: it has no position. What the server sends while there is no connection is lost, and so is, in a crash,
 * what was read after the last checkpoint.
 *
 * @throws InvalidArgumentError for options that can never work; WebSocketError, SourceOverflowError and
 * MissingDependencyError in the job.
 */
export function fromWebSocket<T = WebSocketMessage>(
  url: string | URL,
  options: WebSocketOptions<T> = {},
): SourceClass<T> {
  const settings = resolveWebSocketOptions(url, options)
  return class extends WebSocketSource<T> {
    constructor() {
      super(settings)
    }
  }
}

class WebSocketSource<T> implements PullSource<T> {
  readonly #settings: WebSocketSettings<T>
  #life: Lifetime | null = null
  #class: WebSocketClass | null = null
  #connection: SocketConnection | null = null
  /** Of the last connection's headers. */
  #redaction: Redaction | null = null
  /** Connections in a row that brought no message. */
  #failures = 0
  #ended = false

  constructor(settings: WebSocketSettings<T>) {
    this.#settings = settings
  }

  async open(ctx: OperatorContext): Promise<void> {
    this.#class = await this.#settings.load()
    const { heartbeat } = this.#settings
    if (heartbeat !== undefined && heartbeat.message === undefined && !canPing(this.#class)) {
      const remedy = 'name a heartbeat.message, or pass the class of the package ws as webSocket'
      throw invalidArgument('fromWebSocket', 'this WebSocket cannot ping', remedy)
    }
    this.#life = new Lifetime(ctx)
  }

  next(ctx: OperatorContext): Awaitable<T | End> {
    if (ctx.subtaskIndex > 0 || this.#ended) return END
    const record = this.#take()
    if (record !== undefined) return record
    const life = this.#life as Lifetime
    return life.run(() => this.#wait(life))
  }

  async close(): Promise<void> {
    await this.#life?.close()
    this.#connection?.close('the source is closed')
    this.#connection = null
  }

  #take(): T | undefined {
    for (;;) {
      const message = this.#connection?.shift()
      if (message === undefined) return undefined
      this.#failures = 0
      const record = this.#settings.parse(message)
      if (record !== undefined) return record
    }
  }

  async #wait(life: Lifetime): Promise<T | End> {
    for (;;) {
      const record = this.#take()
      if (record !== undefined) return record
      const ending = this.#connection?.ending ?? null
      if (ending !== null) {
        if (this.#connection?.overflowed === true) throw this.#overflowError(life.ctx)
        this.#connection = null
        if (this.#settings.endCodes.includes(ending.code)) {
          this.#ended = true
          return END
        }
        await this.#pause(life, ending)
      } else if (this.#connection === null) await this.#connect(life)
      else await this.#change(life, this.#connection)
    }
  }

  /** Waits for a message, or the end; no longer than the source lives. */
  async #change(life: Lifetime, connection: SocketConnection): Promise<void> {
    const drop = (): void => connection.close('the source is closed')
    life.signal.addEventListener('abort', drop, { once: true })
    if (life.signal.aborted) drop()
    const changed = connection.ending === null ? connection.changed() : undefined
    await changed
    life.signal.removeEventListener('abort', drop)
    life.signal.throwIfAborted()
  }

  async #connect(life: Lifetime): Promise<void> {
    const settings = this.#settings
    const { headers, redaction } = await settings.handshake()
    this.#redaction = redaction
    life.signal.throwIfAborted()
    const Class = this.#class as WebSocketClass
    const socket = connectWebSocket(Class, settings.url, { ...settings, headers })
    const connection = new SocketConnection(socket, {
      ...settings,
      onDrop: () => life.ctx.metrics.count('dropped'),
    })
    this.#connection = connection
    const opened = new AbortController()
    const overrun = (): void => connection.drop(`it was not open after ${settings.timeout} ms`)
    life.ctx.delay(settings.timeout, opened.signal).then(overrun, () => {})
    try {
      while (!connection.isOpen && connection.ending === null) await this.#change(life, connection)
    } finally {
      opened.abort()
    }
    if (!connection.isOpen) return
    for (const message of await settings.subscribe()) connection.send(message)
    this.#beat(life, connection).catch(() => {})
  }

  /** Ends with the connection, which it drops when that is dead. */
  async #beat(life: Lifetime, connection: SocketConnection): Promise<void> {
    const { heartbeat } = this.#settings
    while (heartbeat !== undefined) {
      await life.ctx.delay(heartbeat.interval, connection.signal)
      // Nothing can be heard of a connection that is not read.
      if (!connection.heard && !connection.paused) {
        return connection.drop(`nothing came for ${heartbeat.interval} ms`)
      }
      connection.heard = false
      if (heartbeat.message === undefined) connection.ping()
      else connection.send(heartbeat.message)
    }
  }

  async #pause(life: Lifetime, { code, reason, fatal }: Ending): Promise<void> {
    const { label, retry } = this.#settings
    this.#failures++
    const why = reason === '' ? '' : `: ${this.#redaction?.clean(reason) ?? ''}`
    const message = `The WebSocket ${label} was closed with ${code}${why}`
    if (fatal || this.#failures > retry.attempts) {
      const remedy = fatal
        ? 'It would end the same way again: look at the url, the headers and maxMessageSize.'
        : 'Look whether the server can be reached, and what it expects; raise retry.attempts.'
      throw new WebSocketError(message, { operator: life.ctx.operator, remedy })
    }
    const wait = retry.wait(this.#failures)
    life.ctx.metrics.count('reconnects')
    life.ctx.logger.warn(`${message}; connecting again in ${wait} ms`, { operator: life.ctx.operator })
    await life.delay(wait)
  }

  #overflowError({ operator }: OperatorContext): SourceOverflowError {
    const message = `Source '${operator}' was sent more than the ${this.#settings.capacity} messages it may hold.`
    const remedy =
      "Raise capacity, choose overflow: 'drop-oldest' or 'drop-newest', or pass the class of the package ws as webSocket, which can be paused."
    return new SourceOverflowError(message, { operator, remedy })
  }
}
