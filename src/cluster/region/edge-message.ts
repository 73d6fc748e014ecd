import { v8Serializer } from '../../storage/serializer.ts'
import type { Packet } from '../../runtime/flow-control/packet.ts'
import type { RecordCodec } from '../../runtime/threads/portable-letters.ts'

/** Records of one channel, and what stands beside them. */
export interface EdgeChunk {
  readonly records: readonly unknown[]
  readonly keys: readonly unknown[] | null
  readonly timestamps: Float64Array | null
}

/** What one channel carries, in order. `end`: no more comes on it. */
export type EdgeItem = EdgeChunk | { readonly watermark: number; readonly idle: boolean } | 'end'

/** What a message of an edge end has of one of the channels that share it. */
export interface EdgeContent {
  readonly channel: number
  readonly items: readonly EdgeItem[]
}

/** One content of a message. @throws DataCloneError when a record cannot be written. */
export function encodeContent({ channel, items }: EdgeContent): Uint8Array {
  return v8Serializer.serialize([channel, items])
}

/** A message: contents, each behind its length in four bytes. */
export function packContents(contents: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    contents.flatMap((content) => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(content.length)
      return [length, content]
    }),
  )
}

export function contentsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const contents: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true)
    contents.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return contents
}

export function decodeMessage(bytes: Uint8Array): readonly EdgeContent[] {
  return contentsOf(bytes).map((content) => {
    const [channel, items] = v8Serializer.deserialize(content) as [number, EdgeItem[]]
    return { channel, items }
  })
}

/** The packet that an item stands for. */
export function packetOf(
  item: Exclude<EdgeItem, 'end'>,
  codec: RecordCodec | null,
): Exclude<Packet, { kind: 'marker' }> {
  if ('watermark' in item) return { kind: 'watermark', time: item.watermark, idle: item.idle }
  const { records, keys, timestamps } = item
  return {
    kind: 'chunk',
    records: (codec === null ? records : records.map(codec.decode)) as unknown[],
    keys: keys as unknown[] | null,
    timestamps,
    replies: null,
    start: 0,
    size: records.length,
    spent: true,
  }
}
