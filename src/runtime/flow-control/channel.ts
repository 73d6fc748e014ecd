import { Observable, type Subscriber } from 'rxjs'
import { type Chunk, type LatencyMarker, MOST_MARKERS, type Packet } from './packet.ts'

/** Who is called when something changes: a strand. */
export interface Waker {
  wake(): void
}

/** One that can be told that only records have come, or room for them: it looks at nothing else. */
export interface ReadWaker extends Waker {
  wakeToRead(): void
}

/** Looks at what goes over a channel, without changing it or keeping any of it. Never throws. */
export interface ChunkTap {
  seeChunk(chunk: Chunk): void
}

/** A channel, as it is observed and accounted for. */
export interface ChannelView {
  /** Records sent, those sent to nobody included. */
  readonly sent: number
  /** Records the consumer has taken in. */
  received: number
  /** Records sent and not yet released. */
  readonly held: number
  /** Share of the capacity in use, 0 to 1. */
  readonly fill: number
  /** Null while nobody looks. */
  tap: ChunkTap | null
}

/**
 * One producer subtask to one consumer subtask: FIFO, bounded, cancellable. What travels is `packets`, an Observable
 * with a single subscriber; its completion is the stop signal.
 *
 * Credits: the producer sends only while `writable`, that is while the consumer holds fewer than `capacity` packets.
 * The consumer gives a packet's credit back with `release` when it is done with it. A producer that was refused
 * sets `wanted` and is woken by the release. Unsubscribing cancels: what is sent afterwards is only counted.
 */
export class Channel implements ChannelView {
  readonly packets: Observable<Packet>
  /** Records sent and not yet released. */
  held = 0
  /** Records sent, those sent to nobody included. */
  sent = 0
  /** Records the consumer has taken in. */
  received = 0
  /** The consumer wants no more. */
  cancelled = false
  /** The producer waits for room. */
  wanted = false
  /** A chunk the consumer is done with, for the producer to fill again. */
  spare: Chunk | null = null
  /** Null while nobody looks. */
  tap: ChunkTap | null = null
  readonly #capacity: number
  readonly #producer: Waker
  #outstanding = 0
  /** Markers sent and not yet released. */
  #markers = 0
  #subscriber: Subscriber<Packet> | null = null

  /** @param capacity packets the consumer may hold. */
  constructor(capacity: number, producer: Waker) {
    this.#capacity = capacity
    this.#producer = producer
    this.packets = new Observable<Packet>((subscriber) => {
      this.#subscriber = subscriber
      return () => this.#detach()
    })
  }

  get writable(): boolean {
    return this.#outstanding < this.#capacity || this.cancelled
  }

  /** Share of the capacity in use, 0 to 1. */
  get fill(): number {
    return this.#capacity === Infinity ? 0 : this.#outstanding / this.#capacity
  }

  /** The producer's side; call only while `writable`. */
  send(packet: Exclude<Packet, LatencyMarker>): void {
    if (packet.kind === 'chunk') this.sent += packet.size
    if (this.cancelled) return
    if (packet.kind === 'chunk') {
      this.held += packet.size
      if (this.tap !== null) this.tap.seeChunk(packet)
    }
    this.#outstanding++
    this.#subscriber?.next(packet)
  }

  /** The producer's side, at any time: it takes no credit, so that markers hold nobody back. */
  mark(marker: LatencyMarker): void {
    if (this.cancelled || this.#markers === MOST_MARKERS) return
    this.#markers++
    this.#subscriber?.next(marker)
  }

  complete(): void {
    const subscriber = this.#subscriber
    this.#subscriber = null
    subscriber?.complete()
  }

  /** The consumer's side: this packet has been processed, and nothing refers to its arrays any more. */
  release(packet: Packet): void {
    if (packet.kind === 'marker') {
      this.#markers--
      return
    }
    this.#outstanding--
    if (packet.kind === 'chunk') {
      this.held -= packet.size
      if (!packet.spent) this.#keep(packet)
    }
    if (!this.wanted) return
    this.wanted = false
    this.#producer.wake()
  }

  /** The chunk is filled again; until then it must not keep records alive. */
  #keep(chunk: Chunk): void {
    chunk.records.fill(undefined, 0, chunk.size)
    chunk.keys?.fill(undefined, 0, chunk.size)
    chunk.replies?.fill(null, 0, chunk.size)
    chunk.size = 0
    this.spare = chunk
  }

  #detach(): void {
    if (this.#subscriber === null) return
    this.#subscriber = null
    this.cancelled = true
    this.#producer.wake()
  }
}
