import type { Channel } from '../../runtime/flow-control/channel.ts'
import type { Packet } from '../../runtime/flow-control/packet.ts'
import type { Sending } from '../../runtime/threads/places.ts'
import type { Output } from '../engine/job-log.ts'
import { ChannelWriter } from './channel-writer.ts'
import { encodeMessage } from './edge-message.ts'
import { collectedEnd } from '../regions/edge-ends.ts'
import type { ForwardingBuffer } from './forwarding-buffer.ts'

/** Bytes that wait for a commit: with more, one is made at once. */
export const MANY_BYTES = 1 << 20

/** Bytes that wait for a commit at most, but for what one round of the operators adds: with more, producers wait. */
const MOST_BYTES = 16 << 20

/** Bytes in one message, but for a content that has more. */
const MESSAGE = 512 << 10

export interface RegionOutputsHost {
  /** By number of the channel: the edge end that it is written to. */
  readonly ends: ReadonlyMap<number, string>
  /** What `collect()` writes to, by node. */
  readonly collected: ReadonlyMap<string, ForwardingBuffer>
  /** There is much to be committed. */
  readonly urge: () => void
}

/** All that a region sends to others, on its way into commits. */
export class RegionOutputs {
  readonly #host: RegionOutputsHost
  readonly #writers: ChannelWriter[] = []
  /** Ends whose readers are far behind: nothing more is taken for them. */
  #congested: ReadonlySet<string> = new Set()
  /** Packets that have been taken and whose producers wait. */
  #held: { readonly end: string; readonly release: () => void }[] = []
  #bytes = 0
  /** Who waits until everything that belongs to a checkpoint is here. */
  #waiting: { readonly checkpoint: number; readonly resolve: () => void } | null = null

  constructor(host: RegionOutputsHost) {
    this.#host = host
  }

  /** Whether there is anything to be committed soon. */
  get bytes(): number {
    return this.#bytes
  }

  send(number: number, channel: Channel, how: Sending): void {
    const end = this.#host.ends.get(number)!
    const writer = new ChannelWriter(number, end, channel, how, {
      wrote: (bytes) => {
        this.#bytes += bytes
        if (this.#bytes >= MANY_BYTES) this.#host.urge()
      },
      moved: () => this.#look(),
      admit: (packet, release) => this.#admit(end, packet, release),
    })
    this.#writers.push(writer)
  }

  /** Resolves when all that belongs to that checkpoint is here. */
  ready(checkpoint: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { checkpoint, resolve }
      this.#look()
    })
  }

  /** Takes out what belongs to that checkpoint, and to those before it that came to nothing. */
  take(checkpoint: number): readonly Output[] {
    const contents = new Map<string, Uint8Array[]>()
    for (const writer of this.#writers) {
      const own = writer.takeUpTo(checkpoint)
      if (own.length === 0) continue
      const before = contents.get(writer.end)
      if (before === undefined) contents.set(writer.end, [...own])
      else before.push(...own)
    }
    const outputs: Output[] = []
    for (const [end, own] of contents) {
      for (const bytes of packed(own)) outputs.push({ end, bytes })
    }
    this.#bytes = 0
    for (const [node, buffer] of this.#host.collected) {
      const bytes = buffer.take()
      if (bytes !== null) outputs.push({ end: collectedEnd(node), bytes })
    }
    this.#relieve()
    return outputs
  }

  /** From now on these ends have readers that are far behind, and no others. */
  congested(ends: ReadonlySet<string>): void {
    this.#congested = ends
    this.#relieve()
  }

  /** Nobody reads these ends any more. */
  cancel(ends: ReadonlySet<string>): void {
    for (const writer of this.#writers) if (ends.has(writer.end)) writer.cancel()
  }

  /** The ends that something may still be sent to. */
  get open(): readonly string[] {
    return this.#writers.flatMap(({ ended, end }) => (ended ? [] : [end]))
  }

  #admit(end: string, _packet: Packet, release: () => void): void {
    if (this.#hasRoom(end)) release()
    else this.#held.push({ end, release })
  }

  #hasRoom(end: string): boolean {
    return this.#bytes < MOST_BYTES && !this.#congested.has(end)
  }

  #relieve(): void {
    const held = this.#held
    this.#held = []
    for (const one of held) {
      if (this.#hasRoom(one.end)) one.release()
      else this.#held.push(one)
    }
  }

  #look(): void {
    if (this.#waiting === null) return
    const { checkpoint, resolve } = this.#waiting
    if (!this.#writers.every((writer) => writer.isReady(checkpoint))) return
    this.#waiting = null
    resolve()
  }
}

/** In as few messages as there may be. */
function* packed(contents: readonly Uint8Array[]): Generator<Uint8Array> {
  let batch: Uint8Array[] = []
  let size = 0
  for (const content of contents) {
    if (batch.length > 0 && size + content.length > MESSAGE) {
      yield encodeMessage(batch)
      batch = []
      size = 0
    }
    batch.push(content)
    size += content.length
  }
  if (batch.length > 0) yield encodeMessage(batch)
}
