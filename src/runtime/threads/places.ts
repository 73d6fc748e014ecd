import type { Channel, ChannelView } from '../flow-control/channel.ts'
import type { FarChannel } from './far-channel.ts'
import type { OutboundHost } from './outbound-channel.ts'
import type { RecordCodec } from './portable-letters.ts'

/** A thread of a job, or a part of it on some machine, by its number; null: the process of the job. */
export type Place = number | null

/** How a channel is sent on. */
export type Sending = Pick<OutboundHost, 'codec' | 'moves' | 'refuse'>

/** The way to another place, which numbers channels alike. */
export interface PlaceLink {
  /** Sends what comes on a channel whose consumer is there. */
  send(number: number, channel: Channel, how: Sending): void
  /** The end of a channel whose producer is there. */
  receive(number: number, codec: RecordCodec | null): Channel
}

/** Where the subtasks of a job are, as one of its places sees it. Its ends of channels are noted here. */
export interface Places {
  readonly here: Place
  of(node: string, subtask: number): Place
  /** To another place. */
  link(place: Place): PlaceLink
  /** Told of channels that have an end here, by number. */
  near(number: number, channel: ChannelView): void
  /** The process of the job is told of channels that have an end elsewhere. */
  far(number: number, channel: FarChannel): void
  /** A chunk with a record that cannot be sent: the job fails. */
  refuse(from: string, records: readonly unknown[], error: unknown): void
}
