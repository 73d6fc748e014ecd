import type { ChannelView, ChunkTap } from '../flow-control/channel.ts'

/** What is known here of a channel by what its ends in other threads have told last. */
export interface FarFigures {
  /** By the producer's end. */
  sent: number
  held: number
  fill: number
  /** By the consumer's end. */
  received: number
}

/** A channel of which one end at least is in another thread, as the job sees it. */
export class FarChannel implements ChannelView {
  readonly far: FarFigures = { sent: 0, held: 0, fill: 0, received: 0 }
  readonly #producer: Omit<ChannelView, 'tap' | 'received'>
  readonly #consumer: Pick<ChannelView, 'received'>
  readonly #near: Pick<ChannelView, 'tap'> | null

  /** @param near the end that is here; null: neither is. */
  constructor(near: { readonly end: 'producer' | 'consumer'; readonly channel: ChannelView } | null) {
    this.#producer = near?.end === 'producer' ? near.channel : this.far
    this.#consumer = near?.end === 'consumer' ? near.channel : this.far
    this.#near = near?.channel ?? null
  }

  get sent(): number {
    return this.#producer.sent
  }

  get held(): number {
    return this.#producer.held
  }

  get fill(): number {
    return this.#producer.fill
  }

  get received(): number {
    return this.#consumer.received
  }

  set received(received: number) {
    this.#consumer.received = received
  }

  /** What does not come by here cannot be looked at. */
  get tap(): ChunkTap | null {
    return this.#near?.tap ?? null
  }

  set tap(tap: ChunkTap | null) {
    if (this.#near !== null) this.#near.tap = tap
  }
}
