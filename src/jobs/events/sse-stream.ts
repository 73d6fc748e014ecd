import type { Cancel, Clock } from '../../time/clock.ts'
import { heartbeatFrame, retryFrame, sseFrame } from './sse-frame.ts'
import type { SseFeed } from './sse-feed.ts'

export interface SseSettings {
  /** Milliseconds between comments that show that the connection is there. */
  readonly heartbeat: number
  /** Milliseconds that a client waits before it comes back. */
  readonly retry: number
  /** Milliseconds that a client may take nothing while there is something. */
  readonly stall: number
  /** How much may come up while a client takes nothing. */
  readonly queue: number
}

/** Why a stream is over: its client went, or was too slow; the feed ended, or failed; the server closed it. */
export type StreamEnd = 'gone' | 'slow' | 'ended' | 'failed' | 'closed'

/** Milliseconds for a client to take what it was given, however much comes up: a burst is not its fault. */
const GRACE = 1000

const encoder = new TextEncoder()

/**
 * One client's stream. Nothing is handed to the socket that it has not asked for, so that a client which does not read
 * costs one batch of frames, whatever happens meanwhile. One that lets too much come up, or takes nothing for too long,
 * is told so in an event `slow`, and dropped.
 */
export class SseStream {
  readonly body: ReadableStream<Uint8Array>
  readonly #feed: SseFeed
  readonly #clock: Clock
  readonly #settings: SseSettings
  readonly #onEnd: (end: StreamEnd) => void
  #controller!: ReadableStreamDefaultController<Uint8Array>
  /** The client waits for more. */
  #wanted = false
  #ended = false
  /** Of the moment when the client was given something, after which it has to ask for more. */
  #givenAt: number
  #waitingThen = 0
  #timer: Cancel

  constructor(feed: SseFeed, clock: Clock, settings: SseSettings, onEnd: (end: StreamEnd) => void) {
    this.#feed = feed
    this.#clock = clock
    this.#settings = settings
    this.#onEnd = onEnd
    this.#givenAt = this.#clock.monotonic()
    this.#timer = this.#clock.setTimeout(() => this.#beat(), this.#settings.heartbeat)
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          controller.enqueue(encoder.encode(retryFrame(this.#settings.retry)))
        },
        pull: () => {
          this.#wanted = true
          this.#fill()
        },
        cancel: () => this.#end('gone'),
      },
      { highWaterMark: 0 },
    )
    feed.open(() => this.#wake())
    this.#waitingThen = feed.waiting
  }

  /** Sends what there is to a client that waits for it, without being woken first. */
  flush(): void {
    if (this.#wanted) this.#fill()
  }

  /** Ends the stream after what it has sent; the client comes back by itself. */
  close(): void {
    this.#finish('closed')
  }

  /** Milliseconds since the client was given something that it has not taken. */
  get #blocked(): number {
    return this.#clock.monotonic() - this.#givenAt
  }

  #wake(): void {
    if (this.#ended) return
    if (this.#wanted) return this.#fill()
    const cameUp = this.#feed.waiting - this.#waitingThen
    if (cameUp > this.#settings.queue && this.#blocked >= GRACE) this.#drop()
  }

  #fill(): void {
    if (this.#ended) return
    let frames: string | null
    try {
      frames = this.#feed.take()
    } catch {
      // The database is out of order. Headers are sent, so the end is all that can be told.
      return this.#finish('failed')
    }
    if (frames === null) this.#finish('ended')
    else if (frames !== '') this.#give(frames)
  }

  #give(frames: string): void {
    this.#wanted = false
    this.#givenAt = this.#clock.monotonic()
    this.#waitingThen = this.#feed.waiting
    this.#controller.enqueue(encoder.encode(frames))
  }

  #beat(): void {
    this.#timer = this.#clock.setTimeout(() => this.#beat(), this.#settings.heartbeat)
    if (this.#wanted) this.#give(heartbeatFrame)
    else if (this.#blocked >= this.#settings.stall) this.#drop()
  }

  #drop(): void {
    const data = { waiting: this.#feed.waiting }
    this.#controller.enqueue(encoder.encode(sseFrame({ event: 'slow', data })))
    this.#finish('slow')
  }

  #finish(end: StreamEnd): void {
    if (this.#ended) return
    this.#end(end)
    this.#controller.close()
  }

  #end(end: StreamEnd): void {
    this.#timer()
    if (this.#ended) return
    this.#ended = true
    this.#feed.close()
    this.#onEnd(end)
  }
}
