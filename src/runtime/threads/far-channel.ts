import type { ChannelView, ChunkTap } from '../flow-control/channel.ts'
import type { Place } from './places.ts'
import type { ReportedChannel } from './thread-report.ts'

/** Where the ends of a channel are. */
export interface ChannelEnds {
  readonly from: Place
  readonly to: Place
}

/** A channel of which one end at least is in another thread, as the job sees it. */
export class FarChannel implements ChannelView {
  readonly #ends: ChannelEnds
  /** What its ends in other threads have told last. */
  readonly #told = { sent: 0, held: 0, fill: 0, received: 0 }
  readonly #producer: Omit<ChannelView, 'tap' | 'received'>
  readonly #consumer: Pick<ChannelView, 'received'>
  readonly #near: Pick<ChannelView, 'tap'> | null

  /** @param near the end that is here; null: neither is. */
  constructor(ends: ChannelEnds, near: ChannelView | null) {
    this.#ends = ends
    this.#producer = near !== null && ends.from === null ? near : this.#told
    this.#consumer = near !== null && ends.to === null ? near : this.#told
    this.#near = near
  }

  /** A thread that has one of its ends, or both, tells of it: each knows its own only. */
  update(thread: number, { sent, held, fill, received }: ReportedChannel): void {
    const { from, to } = this.#ends
    if (thread === from) Object.assign(this.#told, { sent, held, fill })
    if (thread === to) this.#told.received = received
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
