import type { TransferListItem } from 'node:worker_threads'
import type { Chunk, Packet } from '../flow-control/packet.ts'
import type { PortablePacket } from './data-messages.ts'
import type { RecordCodec } from './portable-letters.ts'

/** A packet as it is sent, and what of it is moved instead of copied. */
export interface Parcel {
  readonly portable: PortablePacket
  readonly transfer: readonly TransferListItem[]
}

const nothing: readonly never[] = []

/**
 * The packet itself stays as it is, and is its sender's to fill again. @param epoch when the monotonic clock of this
 * thread was 0, in milliseconds since the epoch @param moves whether buffers in the records are given away
 */
export function toPortable(packet: Packet, codec: RecordCodec | null, epoch: number, moves = false): Parcel {
  if (packet.kind === 'marker') {
    return { portable: { kind: 'marker', at: packet.at + epoch }, transfer: nothing }
  }
  if (packet.kind !== 'chunk') return { portable: packet, transfer: nothing }
  const { records, keys, timestamps, start, size } = packet
  const times = timestamps?.slice(start, start + size) ?? null
  const own = records.slice(start, start + size)
  const portable = {
    kind: 'chunk',
    records: codec === null ? own : own.map(codec.encode),
    keys: keys?.slice(start, start + size) ?? null,
    timestamps: times,
  } as const
  if (moves) return { portable, transfer: [...buffersIn(own), ...(times === null ? [] : [times.buffer])] }
  return { portable, transfer: times === null ? nothing : [times.buffer] }
}

/** @param epoch of this thread, as for `toPortable` */
/** Buffers that records have to themselves: they are such, or have such as properties. */
function buffersIn(records: readonly unknown[]): ReadonlySet<ArrayBuffer> {
  const buffers = new Set<ArrayBuffer>()
  const add = (value: unknown): boolean => {
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value
    if (!(buffer instanceof ArrayBuffer)) return false
    // A part of a buffer is not one's own: others may have the rest.
    if (buffer.byteLength === (value as ArrayBufferView | ArrayBuffer).byteLength) buffers.add(buffer)
    return true
  }
  for (const record of records) {
    if (typeof record !== 'object' || record === null || add(record)) continue
    for (const value of Object.values(record)) add(value)
  }
  return buffers
}

export function fromPortable(packet: PortablePacket, codec: RecordCodec | null, epoch: number): Packet {
  if (packet.kind === 'marker') return { kind: 'marker', at: packet.at - epoch }
  if (packet.kind !== 'chunk') return packet
  const { records, keys, timestamps } = packet
  const chunk: Chunk = {
    kind: 'chunk',
    records: codec === null ? records : records.map(codec.decode),
    keys,
    timestamps,
    replies: null,
    start: 0,
    size: records.length,
    spent: true,
  }
  return chunk
}
