import type { CheckpointManifest } from '../../storage/checkpoint-store.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import type { RegionReport } from '../protocol/region-report.ts'

/** Bytes of a checkpoint, under a name of their own. */
export interface Piece {
  readonly name: string
  /** Where they begin, among all bytes of their checkpoint. */
  readonly offset: number
  readonly length: number
}

/** What a region commits: where it stands, and where its state is. */
export interface RegionRecord {
  readonly format: 1
  /** Number of the checkpoint, which grows over all owners of the region. */
  readonly checkpoint: number
  /** By edge end: the last message that is part of it. */
  readonly offsets: Readonly<Record<string, number>>
  /** Channels that end in this region, and whose end is part of it. */
  readonly ended: readonly number[]
  /** Edge ends that nobody here wants more of, and of which word has been left. */
  readonly deserted: readonly string[]
  readonly manifest: CheckpointManifest
  /** Where the bytes are that the manifest refers to, by checkpoint. */
  readonly pieces: ReadonlyMap<number, readonly Piece[]>
  /** Nothing is left to be done. */
  readonly finished: boolean
  readonly report: RegionReport
}

export function encodeRecord(record: RegionRecord): Uint8Array {
  return v8Serializer.serialize(record)
}

export function decodeRecord(bytes: Uint8Array): RegionRecord {
  return v8Serializer.deserialize(bytes) as RegionRecord
}
