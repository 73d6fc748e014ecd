import { crc32 } from 'node:zlib'
import { CheckpointCorruptError } from '../../errors/checkpoint-errors.ts'
import type {
  BlobRef,
  CheckpointManifest,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../../storage/checkpoint-store.ts'
import { blobsOf } from '../../storage/manifest-blobs.ts'
import type { Blob, RegionClaim } from '../engine/job-log.ts'
import type { Piece, RegionRecord } from './region-record.ts'

/** Bytes of one piece, but for what is put at once: state is written beside the log in pieces of so many. */
const PIECE = 512 << 10

/** What goes into a commit beside the state. */
export interface CommitHost {
  /** All has been captured: the rest of the commit, which is made then. */
  commit(checkpoint: number, manifest: CheckpointManifest, state: CommittedState): Promise<void>
}

export interface CommittedState {
  readonly blobs: readonly Blob[]
  readonly obsolete: readonly string[]
  readonly pieces: ReadonlyMap<number, readonly Piece[]>
}

/**
 * A region's checkpoints, of which there is only the last: each is a commit in the log of the job. Bytes of earlier ones
 * stay as long as the last refers to them.
 */
export class RegionCheckpoints implements JobCheckpoints {
  readonly #claim: Pick<RegionClaim, 'epoch' | 'blob' | 'stageBlob'>
  readonly #host: CommitHost
  #pieces: ReadonlyMap<number, readonly Piece[]>

  constructor(
    claim: Pick<RegionClaim, 'epoch' | 'blob' | 'stageBlob'>,
    last: RegionRecord | null,
    host: CommitHost,
  ) {
    this.#claim = claim
    this.#host = host
    this.#pieces = last?.pieces ?? new Map<number, readonly Piece[]>()
  }

  async list(): Promise<readonly CheckpointSummary[]> {
    return []
  }

  /** What was committed last. */
  async load(): Promise<LoadedCheckpoint> {
    throw new RangeError('A region goes on from its record.')
  }

  /** Of the record that the region goes on from. */
  restored({ manifest }: RegionRecord): LoadedCheckpoint {
    // Small values lie side by side: a piece is likely to be asked for again.
    let last: { readonly name: string; readonly bytes: Promise<Uint8Array> } | null = null
    const read = async (ref: BlobRef): Promise<Uint8Array> => {
      const piece = this.#pieces
        .get(ref.checkpoint)
        ?.find(({ offset, length }) => offset <= ref.offset && ref.offset + ref.length <= offset + length)
      if (piece === undefined) throw damaged(ref)
      if (last?.name !== piece.name) last = { name: piece.name, bytes: this.#claim.blob(piece.name) }
      const from = ref.offset - piece.offset
      const bytes = (await last.bytes).slice(from, from + ref.length)
      if (crc32(bytes) !== ref.crc) throw damaged(ref)
      return bytes
    }
    return { manifest, read, close: async () => {} }
  }

  async begin(id: number): Promise<CheckpointWriter> {
    const { epoch } = this.#claim
    const pieces: Piece[] = []
    const blobs: Blob[] = []
    let open: Uint8Array[] = []
    let size = 0
    let begun = 0
    const cut = (): Blob | null => {
      if (open.length === 0) return null
      const piece = { name: `${epoch}-${id}-${pieces.length}`, offset: begun, length: size - begun }
      const blob = { name: piece.name, bytes: Buffer.concat(open) }
      pieces.push(piece)
      open = []
      begun = size
      return blob
    }
    return {
      put: async (bytes) => {
        const ref = { checkpoint: id, offset: size, length: bytes.length, crc: crc32(bytes) }
        open.push(bytes.slice())
        size += bytes.length
        if (size - begun >= PIECE) {
          const blob = cut()
          if (blob !== null) await this.#claim.stageBlob(blob)
        }
        return ref
      },
      commit: async (manifest) => {
        const rest = cut()
        if (rest !== null) blobs.push(rest)
        const all = pieces.length === 0 ? this.#pieces : new Map([...this.#pieces, [id, pieces]])
        const { kept, obsolete } = neededBy(manifest, all)
        await this.#host.commit(id, manifest, { blobs, obsolete, pieces: kept })
        this.#pieces = kept
        const { kind, takenAt } = manifest
        return { id, kind, takenAt, bytes: size, location: '' }
      },
      abort: async () => {},
    }
  }

  /** What nobody needs any more goes with the commit that does not. */
  async remove(): Promise<void> {}

  async release(): Promise<void> {}
}

function neededBy(
  manifest: CheckpointManifest,
  pieces: ReadonlyMap<number, readonly Piece[]>,
): { readonly kept: ReadonlyMap<number, readonly Piece[]>; readonly obsolete: readonly string[] } {
  const needed = new Set<number>()
  for (const { checkpoint } of blobsOf(manifest)) needed.add(checkpoint)
  const kept = new Map<number, readonly Piece[]>()
  const obsolete: string[] = []
  for (const [checkpoint, own] of pieces) {
    if (needed.has(checkpoint)) kept.set(checkpoint, own)
    else for (const { name } of own) obsolete.push(name)
  }
  return { kept, obsolete }
}

function damaged({ checkpoint }: BlobRef): CheckpointCorruptError {
  return new CheckpointCorruptError(`State of commit ${checkpoint} is not what was written.`, {
    remedy:
      'Look after the storage of the engine: a commit is whole or not there, unless its disk is damaged.',
  })
}
