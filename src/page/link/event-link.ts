import type { EventSourceMessage } from 'eventsource-parser'
import type { JobEvent, ProgressNotice } from '../../protocol/job-event.ts'
import type { BrowserClock } from '../browser-clock.ts'
import { ApiError } from './api-error.ts'
import { readEvents } from './read-events.ts'
import type { ServerApi } from './server-api.ts'

/** What is heard: events, how jobs get on, and `again` when events may have been missed, so that one has to look. */
export type Notice =
  | { readonly type: 'event'; readonly event: JobEvent }
  | { readonly type: 'progress'; readonly notice: ProgressNotice }
  | { readonly type: 'again' }

/** `waiting`: the server takes no more streams; the page asks in intervals meanwhile. */
export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'waiting' | 'closed'

export interface LinkListener {
  hear(notice: Notice): void
  become(state: LinkState): void
}

/** Milliseconds without a sign of life, heartbeats included, after which the connection counts as lost. */
const SILENCE = 40_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 10_000

/** The one stream of events of a tab: it comes back by itself, and goes on where it was. */
export class EventLink {
  readonly #api: ServerApi
  readonly #clock: BrowserClock
  readonly #listener: LinkListener
  #lastId: string | null = null
  #connection: AbortController | null = null
  #failures = 0
  #cancel: () => void = () => {}
  #closed = false

  constructor(api: ServerApi, clock: BrowserClock, listener: LinkListener) {
    this.#api = api
    this.#clock = clock
    this.#listener = listener
  }

  /** Connects now, whatever it waits for. */
  connect(): void {
    this.#cancel()
    this.#connection?.abort()
    this.#closed = false
    const connection = new AbortController()
    this.#connection = connection
    void this.#read(connection).then(
      () => this.#lost(connection, undefined),
      (error: unknown) => this.#lost(connection, error),
    )
  }

  close(): void {
    this.#closed = true
    this.#cancel()
    this.#connection?.abort()
    this.#listener.become('closed')
  }

  async #read({ signal }: AbortController): Promise<void> {
    const headers = this.#lastId === null ? {} : { 'Last-Event-ID': this.#lastId }
    const response = await this.#api.open('GET', 'events', { signal, headers })
    this.#lastId ??= response.headers.get('Last-Event-ID')
    this.#failures = 0
    this.#listener.become('live')
    // What happened in between is told by events; how jobs got on is not.
    this.#listener.hear({ type: 'again' })
    const watch = (): void => this.#watch()
    watch()
    await readEvents(response, (message) => this.#hear(message), watch)
  }

  #watch(): void {
    const connection = this.#connection
    this.#cancel()
    this.#cancel = this.#clock.after(SILENCE, () => connection?.abort())
  }

  #hear({ id, event, data }: EventSourceMessage): void {
    if (id !== undefined) this.#lastId = id
    if (event === 'progress')
      this.#listener.hear({ type: 'progress', notice: JSON.parse(data) as ProgressNotice })
    else if (event === 'gap') this.#listener.hear({ type: 'again' })
    else if (event?.startsWith('job_'))
      this.#listener.hear({ type: 'event', event: JSON.parse(data) as JobEvent })
  }

  #lost(connection: AbortController, error: unknown): void {
    if (this.#closed || connection !== this.#connection) return
    this.#cancel()
    if (error instanceof ApiError && error.status === 401) return this.close()
    this.#failures++
    const isFull = error instanceof ApiError && (error.status === 429 || error.status === 503)
    this.#listener.become(isFull ? 'waiting' : 'reconnecting')
    const pause = isFull ? LONGEST_PAUSE : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1))
    this.#cancel = this.#clock.after(pause, () => {
      if (isFull) this.#listener.hear({ type: 'again' })
      this.connect()
    })
  }
}
