import { crc32 } from 'node:zlib'
import { CheckpointCorruptError } from '../errors/checkpoint-errors.ts'
import type {
  BlobRef,
  CheckpointManifest,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from './checkpoint-store.ts'
import { blobsOf } from './manifest-blobs.ts'
import { decodeManifest, encodeManifest } from './manifest-codec.ts'
import { checkId, missingBlob, noCheckpoint, released, writerEnded } from './refusals.ts'

type Blobs = Map<string, Uint8Array>

/** What is kept of one job. */
export interface MemoryJob {
  readonly name: string
  claimed: boolean
  readonly committed: Map<number, { readonly summary: CheckpointSummary; readonly manifest: Buffer }>
  /** Blobs by checkpoint, of those being written as well. */
  readonly data: Map<number, Blobs>
}

/** Empty blobs share their offset with the next. */
const place = ({ offset, length }: BlobRef): string => `${offset}+${length}`

/** @throws CheckpointNotFoundError */
export function loadFromMemory(job: MemoryJob, id: number): LoadedCheckpoint {
  const kept = job.committed.get(id)
  if (kept === undefined) throw noCheckpoint(job.name, id)
  const manifest = decodeManifest(kept.manifest, kept.summary.location, { job: job.name, id })
  // What is removed later goes from the job's map, and stays in this one.
  const data = new Map(job.data)
  return {
    manifest,
    async read(ref) {
      const bytes = data.get(ref.checkpoint)?.get(place(ref))
      if (bytes === undefined || crc32(bytes) !== ref.crc) {
        throw new CheckpointCorruptError(`${kept.summary.location} has no such bytes: ${JSON.stringify(ref)}`)
      }
      return bytes.slice()
    },
    async close() {
      data.clear()
    },
  }
}

export class MemoryJobCheckpoints implements JobCheckpoints {
  readonly #job: MemoryJob
  readonly #writers = new Set<MemoryCheckpointWriter>()
  #last: number
  #released = false

  constructor(job: MemoryJob) {
    this.#job = job
    this.#last = Math.max(-1, ...job.committed.keys())
  }

  async list(): Promise<readonly CheckpointSummary[]> {
    this.#check()
    return [...this.#job.committed.values()].map(({ summary }) => summary).sort((a, b) => b.id - a.id)
  }

  async load(id: number): Promise<LoadedCheckpoint> {
    this.#check()
    return loadFromMemory(this.#job, id)
  }

  async begin(id: number, kind: 'checkpoint' | 'savepoint'): Promise<CheckpointWriter> {
    this.#check()
    checkId(id, this.#last)
    this.#last = id
    const writer = new MemoryCheckpointWriter(this.#job, id, kind, () => this.#writers.delete(writer))
    this.#writers.add(writer)
    return writer
  }

  async remove(ids: readonly number[]): Promise<void> {
    this.#check()
    const { committed, data, name: job } = this.#job
    for (const id of ids) committed.delete(id)
    const needed = new Set([...committed.keys(), ...[...this.#writers].map(({ id }) => id)])
    for (const [id, { summary, manifest }] of committed) {
      for (const { checkpoint } of blobsOf(decodeManifest(manifest, summary.location, { job, id }))) {
        needed.add(checkpoint)
      }
    }
    for (const id of data.keys()) if (!needed.has(id)) data.delete(id)
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    await Promise.all([...this.#writers].map((writer) => writer.abort()))
    this.#job.claimed = false
  }

  #check(): void {
    if (this.#released) throw released(this.#job.name)
  }
}

class MemoryCheckpointWriter implements CheckpointWriter {
  readonly id: number
  readonly #job: MemoryJob
  readonly #kind: 'checkpoint' | 'savepoint'
  readonly #onEnd: () => void
  readonly #blobs: Blobs = new Map()
  #size = 0
  #ended = false

  constructor(job: MemoryJob, id: number, kind: 'checkpoint' | 'savepoint', onEnd: () => void) {
    this.#job = job
    this.id = id
    this.#kind = kind
    this.#onEnd = onEnd
    job.data.set(id, this.#blobs)
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    if (this.#ended) throw writerEnded(this.id)
    const { byteLength: length } = bytes
    const ref: BlobRef = { checkpoint: this.id, offset: this.#size, length, crc: crc32(bytes) }
    this.#size += length
    this.#blobs.set(place(ref), new Uint8Array(bytes))
    return ref
  }

  async commit(manifest: CheckpointManifest): Promise<CheckpointSummary> {
    if (this.#ended) throw writerEnded(this.id)
    const { id } = this
    const { name: job, data, committed } = this.#job
    try {
      const encoded = encodeManifest(manifest, { job, id, kind: this.#kind })
      for (const ref of blobsOf(manifest)) {
        if (data.get(ref.checkpoint)?.has(place(ref)) !== true) throw missingBlob(id, ref.checkpoint)
      }
      const location = `memory:${JSON.stringify(job)}/${this.#kind}-${id}`
      const summary = { id, kind: this.#kind, takenAt: manifest.takenAt, bytes: this.#size, location }
      committed.set(id, { summary, manifest: encoded })
      this.#end()
      return summary
    } catch (error) {
      await this.abort()
      throw error
    }
  }

  async abort(): Promise<void> {
    if (this.#ended) return
    this.#job.data.delete(this.id)
    this.#end()
  }

  #end(): void {
    this.#ended = true
    this.#onEnd()
  }
}
