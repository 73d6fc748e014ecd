import type { Barrier } from '../../runtime/flow-control/packet.ts'
import { InboundChannel } from '../../runtime/threads/inbound-channel.ts'
import type { RecordCodec } from '../../runtime/threads/portable-letters.ts'
import type { EdgeReader, JobLog } from '../engine/job-log.ts'
import { decodeMessage, type EdgeContent, packetOf } from './edge-message.ts'

/**
 * Packets that the region has taken and not processed, for each edge end, and records in them: with as many, nothing more
 * is read. A barrier waits behind them.
 */
const MOST_PACKETS = 16
const MOST_RECORDS = 2048

/** How far an edge end has been read. */
export interface EdgePosition {
  /** The last message. */
  readonly offset: number
  /** Channels that have ended by then. */
  readonly ended: readonly number[]
  /** More may come, and nobody wants it. */
  readonly isDeserted: boolean
}

interface Inbound {
  readonly channel: InboundChannel
  readonly codec: RecordCodec | null
  /** Packets that are being processed, or wait for it. */
  outstanding: number
  ended: boolean
}

/** Reads one edge end into the channels that share it. */
export class EdgeInput {
  readonly end: string
  readonly #channels = new Map<number, Inbound>()
  /** The last message that has been taken. */
  #taken = 0
  /** By checkpoint under way: where its barrier stands. */
  readonly #barriers = new Map<number, EdgePosition>()
  #reader: EdgeReader | null = null
  #wake: (() => void) | null = null
  #closed = false

  constructor(end: string) {
    this.end = end
  }

  receive(number: number, codec: RecordCodec | null): InboundChannel {
    const inbound: Inbound = {
      codec,
      outstanding: 0,
      ended: false,
      channel: new InboundChannel({
        released: () => {
          inbound.outstanding--
          this.#look()
        },
        cancelled: () => {
          inbound.outstanding = 0
          this.#look()
        },
      }),
    }
    this.#channels.set(number, inbound)
    return inbound.channel
  }

  /** Where it goes on from, and which channels had ended by then. Comes before the region is opened. */
  restore(after: number, ended: ReadonlySet<number>): void {
    this.#taken = after
    for (const [number, inbound] of this.#channels) if (ended.has(number)) inbound.ended = true
  }

  /** Reads until there is no more to come, or it is closed. The region is open. @throws what the log does. */
  async run(log: Pick<JobLog, 'read'>): Promise<void> {
    for (const { ended, channel } of this.#channels.values()) if (ended) channel.complete()
    if (this.#over) return
    const reader = log.read(this.end, this.#taken)
    this.#reader = reader
    try {
      while (!this.#over) {
        for (const { number, bytes } of await reader.next()) {
          while (!this.#hasRoom) await new Promise<void>((resolve) => (this.#wake = resolve))
          if (this.#closed) return
          for (const content of decodeMessage(bytes)) this.#deliver(content)
          this.#taken = number
        }
      }
    } catch (error) {
      if (!this.#closed) throw error
    } finally {
      await reader.close(new Error('It is read to its end.'))
    }
  }

  /** A checkpoint begins: what has been taken by now is part of it. */
  barrier(barrier: Barrier): void {
    const ended = [...this.#channels].flatMap(([number, inbound]) => (inbound.ended ? [number] : []))
    const isDeserted = this.#isRead && ended.length < this.#channels.size
    this.#barriers.set(barrier.checkpoint, { offset: this.#taken, ended, isDeserted })
    for (const inbound of this.#channels.values()) {
      if (inbound.ended || inbound.channel.cancelled) continue
      inbound.outstanding++
      inbound.channel.send(barrier)
    }
  }

  /** Where that barrier stood. Those before it are forgotten. */
  passed(checkpoint: number): EdgePosition {
    const position = this.#barriers.get(checkpoint)!
    for (const number of this.#barriers.keys()) if (number <= checkpoint) this.#barriers.delete(number)
    return position
  }

  /** Messages taken so far, for whoever looks whether something has happened. */
  get taken(): number {
    return this.#taken
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#look()
    await this.#reader?.close(new Error('The region is over.'))
  }

  get #over(): boolean {
    return this.#closed || this.#isRead
  }

  /** As far as anybody wants it. */
  get #isRead(): boolean {
    return [...this.#channels.values()].every(({ ended, channel }) => ended || channel.cancelled)
  }

  get #hasRoom(): boolean {
    if (this.#closed) return true
    let packets = 0
    let records = 0
    for (const { outstanding, channel } of this.#channels.values()) {
      packets += outstanding
      records += channel.held
    }
    return packets < MOST_PACKETS && records < MOST_RECORDS
  }

  #look(): void {
    if (this.#wake === null || !this.#hasRoom) return
    const wake = this.#wake
    this.#wake = null
    wake()
  }

  #deliver({ channel: number, items }: EdgeContent): void {
    const inbound = this.#channels.get(number)!
    for (const item of items) {
      if (item === 'end') {
        inbound.ended = true
        inbound.channel.complete()
        continue
      }
      if (inbound.channel.cancelled) continue
      inbound.outstanding++
      inbound.channel.send(packetOf(item, inbound.codec))
    }
  }
}
