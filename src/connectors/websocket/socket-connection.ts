import { Fifo } from '../../util/fifo.ts'
import type { WebSocketLike, WebSocketMessage } from './web-socket-class.ts'

/** Why a connection is over. */
export interface Ending {
  /** 1006 where it broke, or was never there. */
  readonly code: number
  readonly reason: string
  /** It would end this way again. */
  readonly fatal: boolean
}

/** What is done with a message for which there is no room, of a socket that cannot be paused. */
export type Overflow = 'error' | 'drop-oldest' | 'drop-newest'

export interface SocketConnectionOptions {
  /** Messages that may wait. A socket that can be paused is, as soon as so many do. */
  readonly capacity: number
  readonly overflow: Overflow
  readonly maxMessageSize: number
  readonly onDrop: () => void
}

/**
 * One connection, and the messages that have arrived by it and have not been taken. Of a socket that can be paused these
 * are `capacity`, and what a last read of the network had in it besides.
 */
export class SocketConnection {
  /** Set once; messages that came before may still wait. */
  ending: Ending | null = null
  overflowed = false
  /** Whether anything has come since this was last set to false. */
  heard = false
  isOpen = false
  readonly #socket: WebSocketLike
  readonly #options: SocketConnectionOptions
  readonly #waiting = new Fifo<WebSocketMessage>()
  readonly #ended = new AbortController()
  #paused = false
  #error = ''
  #fatal = false
  #wake: (() => void) | null = null

  constructor(socket: WebSocketLike, options: SocketConnectionOptions) {
    this.#socket = socket
    this.#options = options
    socket.binaryType = 'arraybuffer'
    // Listeners stay until the socket is gone: `ws` throws errors that nobody listens for.
    socket.addEventListener('open', () => this.#opened())
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => this.#take(data))
    socket.addEventListener('error', (event: ErrorLike) => this.#note(event))
    socket.addEventListener('close', ({ code, reason }: Pick<Ending, 'code' | 'reason'>) =>
      this.#end({ code, reason: reason === '' ? this.#error : reason, fatal: this.#fatal }),
    )
    socket.on?.('pong', () => (this.heard = true))
  }

  /** Aborted when the connection is over. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  get paused(): boolean {
    return this.#paused
  }

  shift(): WebSocketMessage | undefined {
    const message = this.#waiting.shift()
    if (this.#paused && this.#waiting.size === 0) {
      this.#paused = false
      this.#socket.resume?.()
    }
    return message
  }

  /** Resolves when something has happened: open, a message, the end. One waits at a time. */
  changed(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }

  send(message: WebSocketMessage): void {
    this.#socket.send(message as string | Uint8Array<ArrayBuffer>)
  }

  ping(): void {
    this.#socket.ping?.()
  }

  /** Says good-bye, and waits for no answer where the socket lets itself be dropped. */
  close(reason: string): void {
    if (this.ending !== null) return
    if (this.isOpen || this.#socket.terminate === undefined) this.#socket.close(1000)
    this.drop(reason)
  }

  /** Gives the connection up, as if it had broken. */
  drop(reason: string, fatal = false): void {
    if (this.ending !== null) return
    if (this.#socket.terminate === undefined) this.#socket.close()
    else this.#socket.terminate()
    this.#end({ code: 1006, reason, fatal })
  }

  #opened(): void {
    this.isOpen = true
    this.heard = true
    this.#changed()
  }

  #take(data: unknown): void {
    if (this.ending !== null || this.overflowed) return
    this.heard = true
    const message = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)
    const { capacity, overflow, maxMessageSize, onDrop } = this.#options
    if (message.length > maxMessageSize) {
      return this.drop(`a message is longer than ${maxMessageSize} bytes`, true)
    }
    const full = this.#waiting.size >= capacity
    if (full && this.#socket.pause === undefined) {
      if (overflow === 'error') return this.#overflow()
      onDrop()
      if (overflow === 'drop-newest') return
      this.#waiting.shift()
    }
    this.#waiting.push(message)
    if (this.#waiting.size >= capacity && !this.#paused && this.#socket.pause !== undefined) {
      this.#paused = true
      this.#socket.pause()
    }
    this.#changed()
  }

  /** What has arrived is still given, then the source fails. */
  #overflow(): void {
    this.overflowed = true
    this.drop('its messages came too fast')
  }

  #note({ message, error }: ErrorLike): void {
    this.#error = message ?? ''
    this.#fatal = error?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || isRefused(this.#error)
  }

  #end(ending: Ending): void {
    if (this.ending !== null) return
    this.ending = ending
    this.#ended.abort(new Error('The connection is over.'))
    this.#changed()
  }

  #changed(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}

interface ErrorLike {
  readonly message?: string
  readonly error?: { readonly code?: unknown }
}

/** Where the server answered the handshake with a status that it would give again. Only `ws` tells. */
function isRefused(message: string): boolean {
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(message)?.[1] ?? 0)
  return status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429
}
