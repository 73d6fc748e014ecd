import type { Subscription } from 'rxjs'
import type { Channel } from '../../runtime/flow-control/channel.ts'
import type { Chunk, Packet } from '../../runtime/flow-control/packet.ts'
import type { Sending } from '../../runtime/threads/places.ts'
import { type EdgeItem, encodeContent } from './edge-message.ts'

/** Records in one content of a message: more are in the next. */
const MANY_RECORDS = 1000

/** Told of what a channel has to write. */
export interface ChannelWriterHost {
  /** A message is full, or belongs to a checkpoint: `bytes` more are to be kept. */
  wrote(bytes: number): void
  /** A barrier has come, or the end. */
  moved(): void
  /** Calls back when there is room for what comes next. */
  admit(packet: Packet, release: () => void): void
}

/** Messages that are to be part of one checkpoint. */
interface Sealed {
  readonly checkpoint: number
  readonly messages: readonly Uint8Array[]
}

/**
 * The producer's end of a channel whose consumer is in another region: gathers what comes into messages, and cuts them
 * where barriers are.
 */
export class ChannelWriter {
  readonly end: string
  /** The channel has ended, or its consumer is gone. */
  ended = false
  readonly #number: number
  readonly #channel: Channel
  readonly #how: Sending
  readonly #host: ChannelWriterHost
  readonly #subscription: Subscription
  #records: unknown[] = []
  #keys: unknown[] | null = null
  #timestamps: number[] | null = null
  #items: EdgeItem[] = []
  /** Records in `items`. */
  #size = 0
  /** Behind the last barrier. */
  #messages: Uint8Array[] = []
  #sealed: Sealed[] = []
  /** The last barrier that has come. */
  #barrier = -1

  constructor(number: number, end: string, channel: Channel, how: Sending, host: ChannelWriterHost) {
    this.end = end
    this.#number = number
    this.#channel = channel
    this.#how = how
    this.#host = host
    this.#subscription = channel.packets.subscribe({
      next: (packet) => this.#take(packet),
      complete: () => this.#complete(),
      // Channels end or are abandoned; they carry no errors.
      error: () => {},
    })
  }

  /** Whether all that belongs to that checkpoint is here. */
  isReady(checkpoint: number): boolean {
    return this.ended || this.#barrier >= checkpoint
  }

  /** Takes what belongs to that checkpoint, and to those before it, out. */
  takeUpTo(checkpoint: number): readonly Uint8Array[] {
    // Who has ended without its barrier has nothing that comes behind it.
    if (this.#barrier < checkpoint) this.#seal(checkpoint)
    const own = this.#sealed.filter((sealed) => sealed.checkpoint <= checkpoint)
    this.#sealed = this.#sealed.filter((sealed) => sealed.checkpoint > checkpoint)
    return own.flatMap(({ messages }) => messages)
  }

  /** Nobody reads what it sends any more. */
  cancel(): void {
    if (this.ended) return
    this.ended = true
    this.#records = []
    this.#items = []
    this.#messages = []
    this.#sealed = []
    this.#subscription.unsubscribe()
    this.#host.moved()
  }

  #take(packet: Packet): void {
    switch (packet.kind) {
      case 'chunk':
        this.#gather(packet)
        break
      case 'watermark':
        this.#flushChunk()
        // Of several with nothing between them, the last says it all.
        if (isWatermark(this.#items.at(-1))) this.#items.pop()
        this.#items.push({ watermark: packet.time, idle: packet.idle })
        break
      case 'barrier':
        this.#seal(packet.checkpoint)
        this.#channel.release(packet)
        this.#host.moved()
        return
      case 'marker':
        this.#channel.release(packet)
        return
    }
    this.#host.admit(packet, () => this.#channel.release(packet))
  }

  #complete(): void {
    if (this.ended) return
    this.#flushChunk()
    this.#items.push('end')
    this.#flushMessage()
    this.ended = true
    this.#host.moved()
  }

  #gather({ records, keys, timestamps, start, size }: Chunk): void {
    const { codec } = this.#how
    for (let i = start; i < start + size; i++) {
      this.#records.push(codec === null ? records[i] : codec.encode(records[i]))
    }
    if (keys !== null) for (let i = start; i < start + size; i++) (this.#keys ??= []).push(keys[i])
    if (timestamps !== null) {
      for (let i = start; i < start + size; i++) (this.#timestamps ??= []).push(timestamps[i]!)
    }
    if (this.#records.length + this.#size >= MANY_RECORDS) this.#flushMessage()
  }

  #flushChunk(): void {
    if (this.#records.length === 0) return
    const timestamps = this.#timestamps === null ? null : Float64Array.from(this.#timestamps)
    this.#items.push({ records: this.#records, keys: this.#keys, timestamps })
    this.#size += this.#records.length
    this.#records = []
    this.#keys = this.#timestamps = null
  }

  #flushMessage(): void {
    this.#flushChunk()
    if (this.#items.length === 0) return
    const items = this.#items
    this.#items = []
    this.#size = 0
    try {
      const bytes = encodeContent({ channel: this.#number, items })
      this.#messages.push(bytes)
      this.#host.wrote(bytes.length)
    } catch (error) {
      const records = items.flatMap((item) => (item !== 'end' && 'records' in item ? item.records : []))
      this.#how.refuse(records, error)
    }
  }

  #seal(checkpoint: number): void {
    this.#flushMessage()
    this.#barrier = Math.max(this.#barrier, checkpoint)
    if (this.#messages.length === 0) return
    this.#sealed.push({ checkpoint, messages: this.#messages })
    this.#messages = []
  }
}

function isWatermark(item: EdgeItem | undefined): boolean {
  return item !== undefined && item !== 'end' && 'watermark' in item
}
