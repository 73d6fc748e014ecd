import type { Cancel, Clock } from '../../time/clock.ts'
import type { SseFeed } from './sse-feed.ts'
import { type SseSettings, SseStream, type StreamEnd } from './sse-stream.ts'

export interface StreamOwner {
  /** What is streamed, for figures. */
  readonly kind: 'events' | 'logs' | 'taps'
  /** Whose it is, as limits count: those of one address, or of a block of them. */
  readonly address: string
  /** Id of the token that it was opened with; null: there was none, or it is the one of the start. */
  readonly token: string | null
  /** Breaks the connection, unless all of the stream was taken. */
  readonly cut: () => void
}

/** Milliseconds for a client that was dropped to take what it was told last, before its connection is cut. */
const LINGER = 10_000

/** Streams that may be open: all of them, and those of events, or of records, for one address. */
export interface StreamLimits {
  readonly all: number
  readonly perAddress: number
}

/** The streams that are open, at most so many. */
export class StreamRegistry {
  readonly #open = new Map<SseStream, StreamOwner>()
  /** Timers of clients that were dropped, and how to cut them off. */
  readonly #lingering = new Map<() => void, Cancel>()
  readonly #clock: Clock
  readonly #settings: SseSettings
  readonly #limits: StreamLimits
  #closed = false
  readonly #ends: Record<StreamEnd, number> = { gone: 0, slow: 0, ended: 0, failed: 0, closed: 0 }

  constructor(clock: Clock, settings: SseSettings, limits: StreamLimits) {
    this.#clock = clock
    this.#settings = settings
    this.#limits = limits
  }

  /** Whether there is no room for another. */
  get full(): boolean {
    return this.#closed || this.#open.size >= this.#limits.all
  }

  /** Whether an address has as many streams of a kind as it may. */
  isFullFor(address: string, kind: StreamOwner['kind'] = 'events'): boolean {
    let count = 0
    for (const owner of this.#open.values()) if (owner.kind === kind && owner.address === address) count++
    return count >= this.#limits.perAddress
  }

  /** Streams that have ended, by why. */
  get ends(): Readonly<Record<StreamEnd, number>> {
    return this.#ends
  }

  /** Open ones of a kind. */
  count(kind: StreamOwner['kind']): number {
    let count = 0
    for (const owner of this.#open.values()) if (owner.kind === kind) count++
    return count
  }

  open(feed: SseFeed, owner: StreamOwner): SseStream {
    const stream: SseStream = new SseStream(feed, this.#clock, this.#settings, (end) => {
      this.#ends[end]++
      this.#open.delete(stream)
      if (end === 'slow') this.#linger(owner.cut)
    })
    this.#open.set(stream, owner)
    return stream
  }

  /** Ends those that were opened with this token. */
  revoke(token: string): void {
    for (const [stream, owner] of [...this.#open]) if (owner.token === token) stream.close()
  }

  /** Ends all of them, with what has just come up; there is no room from now on. */
  close(): void {
    this.#closed = true
    for (const stream of [...this.#open.keys()]) {
      stream.flush()
      stream.close()
    }
    for (const [cut, cancel] of this.#lingering) {
      cancel()
      cut()
    }
    this.#lingering.clear()
  }

  #linger(cut: () => void): void {
    const due = (): void => {
      this.#lingering.delete(cut)
      cut()
    }
    this.#lingering.set(cut, this.#clock.setTimeout(due, LINGER))
  }
}
