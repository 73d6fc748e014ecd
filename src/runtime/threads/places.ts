import type { ChannelView } from '../flow-control/channel.ts'
import type { FarChannel } from './far-channel.ts'
import type { ThreadLink } from './thread-link.ts'

/** A thread of a job by its number; null: the process of the job. */
export type Place = number | null

/** Where the subtasks of a job are, as one of its places sees it. Its ends of channels are noted here. */
export interface Places {
  readonly here: Place
  of(node: string, subtask: number): Place
  /** To another place. */
  link(place: Place): ThreadLink
  /** Told of channels that have an end here, by number. */
  near(number: number, channel: ChannelView): void
  /** The process of the job is told of channels that have an end elsewhere. */
  far(number: number, channel: FarChannel): void
  /** A chunk with a record that cannot be sent: the job fails. */
  refuse(from: string, records: readonly unknown[], error: unknown): void
}
