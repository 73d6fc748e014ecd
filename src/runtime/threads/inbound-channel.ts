import { Channel } from '../flow-control/channel.ts'
import type { Packet } from '../flow-control/packet.ts'

/** Who is told what becomes of packets that came from another thread. */
export interface InboundListener {
  /** A packet has been processed: there is room for another. */
  released(): void
  /** The consumer wants no more. */
  cancelled(): void
}

/** The consumer's end of a channel whose producer is in another thread, which has the credits. */
export class InboundChannel extends Channel {
  readonly #listener: InboundListener

  constructor(listener: InboundListener) {
    // It is the producer's end that is bounded.
    super(Infinity, {
      wake: () => {
        if (this.cancelled) listener.cancelled()
      },
    })
    this.#listener = listener
  }

  override release(packet: Packet): void {
    super.release(packet)
    if (packet.kind !== 'marker') this.#listener.released()
  }
}
