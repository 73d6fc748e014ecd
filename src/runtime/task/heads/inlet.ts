import type { Subscription } from 'rxjs'
import { Channel } from '../../flow-control/channel.ts'
import type { Chunk, Packet } from '../../flow-control/packet.ts'
import type { LoggedChunk } from './loop-log.ts'

export interface InputChannel {
  /** Which of the operator's inputs this channel belongs to. */
  readonly input: number
  readonly channel: Channel
  /** Comes from outside a feedback loop, and waits while the loop is full. */
  readonly gated: boolean
  /** Comes back to the head of a feedback loop. */
  readonly feedback: boolean
}

/** One incoming channel. Its queue is bounded by the channel's capacity. */
export class Inlet {
  readonly input: number
  readonly channel: Channel
  readonly queue: Packet[] = []
  readonly gated: boolean
  readonly feedback: boolean
  ended = false
  /** A chunk from outside of which the loop has taken a part, and how far. */
  aside: Chunk | null = null
  asideIndex = 0
  subscription: Subscription | null = null
  /** How far event time has come here. */
  watermark: number = -Infinity
  idle = false
  /** Its barrier has come, and those of others have not: it is not read. */
  blocked = false
  /** Records inside a loop when a barrier passed come by here, and are part of the checkpoint. */
  logging = false

  constructor({ input, channel, gated, feedback }: InputChannel) {
    this.input = input
    this.channel = channel
    this.gated = gated
    this.feedback = feedback
  }

  get hasPackets(): boolean {
    return this.queue.length > 0 || this.aside !== null
  }

  get spent(): boolean {
    return this.ended && !this.hasPackets
  }
}

/** A chunk that a checkpoint has kept, as a channel that has ended. */
export function replayed({ input, records, keys, timestamps }: LoggedChunk): Inlet {
  const channel = new Channel(Infinity, { wake: () => {} })
  const inlet = new Inlet({ input, channel, gated: false, feedback: false })
  const size = records.length
  const chunk: Chunk = {
    kind: 'chunk',
    records: [...records],
    keys: keys === null ? null : [...keys],
    timestamps,
    replies: null,
    start: 0,
    size,
    spent: true,
  }
  channel.held = size
  inlet.queue.push(chunk)
  inlet.ended = true
  return inlet
}
