import type { Subscription } from 'rxjs'
import type { TransferListItem } from 'node:worker_threads'
import type { Channel } from '../flow-control/channel.ts'
import type { Packet } from '../flow-control/packet.ts'
import type { DataMessage } from './data-messages.ts'
import type { RecordCodec } from './portable-letters.ts'
import { toPortable } from './portable-packet.ts'

export interface OutboundHost {
  /** @throws DataCloneError when a record cannot be sent. */
  post(message: DataMessage, transfer: readonly TransferListItem[]): void
  refuse(records: readonly unknown[], error: unknown): void
  /** Null: records are copied as they are. */
  readonly codec: RecordCodec | null
  /** Whether buffers in records are moved. */
  readonly moves: boolean
  /** When the monotonic clock of this thread was 0. */
  readonly epoch: number
}

/** The producer's end of a channel whose consumer is in another thread: takes the consumer's place here. */
export class OutboundChannel {
  readonly #number: number
  readonly #channel: Channel
  readonly #host: OutboundHost
  readonly #subscription: Subscription
  /** Sent and not processed yet: no more than the channel's capacity. */
  readonly #under: Packet[] = []

  constructor(number: number, channel: Channel, host: OutboundHost) {
    this.#number = number
    this.#channel = channel
    this.#host = host
    this.#subscription = channel.packets.subscribe({
      next: (packet) => this.#send(packet),
      complete: () => host.post({ type: 'end', channel: number }, []),
      // Channels end or are abandoned; they carry no errors.
      error: () => {},
    })
  }

  /** So many of those under way have been processed. */
  released(count: number): void {
    for (const packet of this.#under.splice(0, count)) this.#channel.release(packet)
  }

  /** The consumer wants no more. */
  cancel(): void {
    this.#subscription.unsubscribe()
  }

  #send(packet: Packet): void {
    const { codec, epoch, moves } = this.#host
    const { portable, transfer } = toPortable(packet, codec, epoch, moves)
    try {
      this.#host.post({ type: 'packet', channel: this.#number, packet: portable }, transfer)
    } catch (error) {
      if (packet.kind !== 'chunk') throw error
      this.#host.refuse((portable as { records: unknown[] }).records, error)
    }
    if (packet.kind === 'marker') this.#channel.release(packet)
    else this.#under.push(packet)
  }
}
