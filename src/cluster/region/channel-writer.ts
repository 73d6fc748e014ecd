import type { Subscription } from 'rxjs'
import type { Channel } from '../../runtime/flow-control/channel.ts'
import type { Chunk, Packet } from '../../runtime/flow-control/packet.ts'
import type { Sending } from '../../runtime/threads/places.ts'
import { BatchSize } from './batch-size.ts'
import { type EdgeItem, encodeContent } from './edge-message.ts'

/** Told of what a channel has to write. */
export interface ChannelWriterHost {
  /** One content more, which comes behind the last barrier so far. */
  wrote(writer: ChannelWriter, content: Uint8Array): void
  /** A barrier has come, or the end. */
  moved(): void
  /** Calls back when there is room for what comes next. */
  admit(writer: ChannelWriter, release: () => void): void
}

/**
 * The producer's end of a channel whose consumer is in another region: gathers what comes into contents of messages, and
 * cuts them where barriers are.
 */
export class ChannelWriter {
  readonly end: string
  /** The channel has ended, or its consumer is gone. */
  ended = false
  /** The last that has come. */
  barrier = -1
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
  readonly #batch = new BatchSize()

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

  /** Whether all that belongs to that checkpoint has been told. */
  isReady(checkpoint: number): boolean {
    return this.ended || this.barrier >= checkpoint
  }

  /** Nobody reads what it sends any more. */
  cancel(): void {
    if (this.ended) return
    this.ended = true
    this.#records = []
    this.#items = []
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
        this.#flush()
        this.barrier = packet.checkpoint
        this.#channel.release(packet)
        this.#host.moved()
        return
      case 'marker':
        this.#channel.release(packet)
        return
    }
    this.#host.admit(this, () => this.#channel.release(packet))
  }

  #complete(): void {
    if (this.ended) return
    this.#flushChunk()
    this.#items.push('end')
    this.#flush()
    this.ended = true
    this.#host.moved()
  }

  #gather({ records, keys, timestamps, start, size }: Chunk): void {
    const end = start + size
    for (let from = start; from < end;) {
      const to = Math.min(end, from + this.#batch.records - this.#records.length - this.#size)
      this.#append(records, from, to)
      if (keys !== null) for (let i = from; i < to; i++) (this.#keys ??= []).push(keys[i])
      if (timestamps !== null) {
        for (let i = from; i < to; i++) (this.#timestamps ??= []).push(timestamps[i]!)
      }
      if (this.#records.length + this.#size >= this.#batch.records) this.#flush()
      from = to
    }
  }

  #append(records: readonly unknown[], from: number, to: number): void {
    const { codec } = this.#how
    if (codec === null) for (let i = from; i < to; i++) this.#records.push(records[i])
    else for (let i = from; i < to; i++) this.#records.push(codec.encode(records[i]))
  }

  #flushChunk(): void {
    if (this.#records.length === 0) return
    const timestamps = this.#timestamps === null ? null : Float64Array.from(this.#timestamps)
    this.#items.push({ records: this.#records, keys: this.#keys, timestamps })
    this.#size += this.#records.length
    this.#records = []
    this.#keys = this.#timestamps = null
  }

  #flush(): void {
    this.#flushChunk()
    if (this.#items.length === 0) return
    const items = this.#items
    const size = this.#size
    this.#items = []
    this.#size = 0
    try {
      const content = encodeContent({ channel: this.#number, items })
      this.#batch.note(size, content.length)
      this.#host.wrote(this, content)
    } catch (error) {
      const records = items.flatMap((item) => (item !== 'end' && 'records' in item ? item.records : []))
      this.#how.refuse(records, error)
    }
  }
}

function isWatermark(item: EdgeItem | undefined): boolean {
  return item !== undefined && item !== 'end' && 'watermark' in item
}
