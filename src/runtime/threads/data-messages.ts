import type { Barrier, Watermark } from '../flow-control/packet.ts'

/** A chunk between threads: its arrays are as long as it has records. */
export interface PortableChunk {
  readonly kind: 'chunk'
  readonly records: unknown[]
  readonly keys: unknown[] | null
  readonly timestamps: Float64Array | null
}

/** Milliseconds since the epoch: clocks that measure begin with their thread. */
export interface PortableMarker {
  readonly kind: 'marker'
  readonly at: number
}

export type PortablePacket = PortableChunk | PortableMarker | Watermark | Barrier

/** What two threads say to each other of the channels between them, which both number alike. */
export type DataMessage =
  | { readonly type: 'packet'; readonly channel: number; readonly packet: PortablePacket }
  /** No more comes on it. */
  | { readonly type: 'end'; readonly channel: number }
  /** Of these channels so many packets have been processed: channel, packets, channel, packets, ... */
  | { readonly type: 'released'; readonly counts: readonly number[] }
  /** The consumer wants no more of it. */
  | { readonly type: 'cancel'; readonly channel: number }
