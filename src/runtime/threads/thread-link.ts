import type { MessagePort, TransferListItem } from 'node:worker_threads'
import type { Clock } from '../../time/clock.ts'
import type { Channel } from '../flow-control/channel.ts'
import type { DataMessage } from './data-messages.ts'
import { InboundChannel } from './inbound-channel.ts'
import { OutboundChannel } from './outbound-channel.ts'
import type { PlaceLink, Sending } from './places.ts'
import type { RecordCodec } from './portable-letters.ts'
import { fromPortable } from './portable-packet.ts'

interface Inbound {
  readonly channel: InboundChannel
  readonly codec: RecordCodec | null
}

/**
 * All channels between two threads, over one port. Packets are sent as they come; credits go back together, once the
 * thread pauses. What is under way is bounded by the channels' credits.
 */
export class ThreadLink implements PlaceLink {
  readonly #port: MessagePort
  readonly #clock: Pick<Clock, 'microtask'>
  /** When the monotonic clock was 0. */
  readonly #epoch: number
  readonly #out = new Map<number, OutboundChannel>()
  readonly #in = new Map<number, Inbound>()
  /** Packets processed here by channel, not told yet. */
  readonly #released = new Map<number, number>()
  #telling = false
  #closed = false

  constructor(port: MessagePort, clock: Pick<Clock, 'microtask' | 'now' | 'monotonic'>) {
    this.#port = port
    this.#clock = clock
    this.#epoch = clock.now() - clock.monotonic()
  }

  /**
   * Sends what comes on a channel whose consumer is in the other thread.
   * @param how its `refuse` is told of a chunk with a record that cannot be sent, and gets the error
   */
  send(number: number, channel: Channel, how: Sending): void {
    const post = (message: DataMessage, transfer: readonly TransferListItem[]): void =>
      this.#post(message, transfer)
    this.#out.set(number, new OutboundChannel(number, channel, { ...how, post, epoch: this.#epoch }))
  }

  /** The end of a channel whose producer is in the other thread. */
  receive(number: number, codec: RecordCodec | null): Channel {
    const channel = new InboundChannel({
      released: () => this.#release(number),
      cancelled: () => this.#post({ type: 'cancel', channel: number }),
    })
    this.#in.set(number, { channel, codec })
    return channel
  }

  /** From now on what the other thread says is heard. */
  open(): void {
    this.#port.on('message', (message: DataMessage) => this.#hear(message))
  }

  close(): void {
    this.#closed = true
    this.#port.close()
  }

  #hear(message: DataMessage): void {
    if (this.#closed) return
    switch (message.type) {
      case 'packet': {
        const { channel, codec } = this.#in.get(message.channel)!
        const packet = fromPortable(message.packet, codec, this.#epoch)
        if (packet.kind === 'marker') channel.mark(packet)
        else channel.send(packet)
        return
      }
      case 'end':
        this.#in.get(message.channel)!.channel.complete()
        return
      case 'released':
        for (let i = 0; i < message.counts.length; i += 2) {
          this.#out.get(message.counts[i]!)!.released(message.counts[i + 1]!)
        }
        return
      case 'cancel':
        this.#out.get(message.channel)!.cancel()
    }
  }

  #release(number: number): void {
    this.#released.set(number, (this.#released.get(number) ?? 0) + 1)
    if (this.#telling) return
    this.#telling = true
    this.#clock.microtask(() => this.#tell())
  }

  #tell(): void {
    this.#telling = false
    const counts = [...this.#released].flat()
    this.#released.clear()
    this.#post({ type: 'released', counts })
  }

  #post(message: DataMessage, transfer: readonly TransferListItem[] = []): void {
    if (!this.#closed) this.#port.postMessage(message, transfer)
  }
}
