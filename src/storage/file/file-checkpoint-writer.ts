import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { BlobRef, CheckpointManifest, CheckpointSummary, CheckpointWriter } from '../checkpoint-store.ts'
import { writerEnded } from '../refusals.ts'
import { attempt } from './disk.ts'

/** Bytes handed to the system at a time; more than 2 GiB it does not take. */
const MOST = 1 << 30

/** What a writer leaves to the checkpoints it belongs to, after it has closed its data file. */
export interface WriterOwner {
  readonly folder: string
  publish(writer: FileCheckpointWriter, manifest: CheckpointManifest): Promise<CheckpointSummary>
  /** Deletes what the writer has left. Never rejects. */
  discard(writer: FileCheckpointWriter): Promise<void>
}

export class FileCheckpointWriter implements CheckpointWriter {
  readonly id: number
  readonly kind: 'checkpoint' | 'savepoint'
  /** Bytes put so far. */
  size = 0
  readonly #owner: WriterOwner
  readonly #handle: FileHandle
  /** Writes on their way, bounded by the calls of `put` that nobody has awaited. */
  readonly #writes = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined
  /** Settles when it is over; undefined while it is open. Never rejects. */
  #end: Promise<void> | undefined

  constructor(owner: WriterOwner, handle: FileHandle, id: number, kind: 'checkpoint' | 'savepoint') {
    this.#owner = owner
    this.#handle = handle
    this.id = id
    this.kind = kind
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    if (this.#end !== undefined) throw writerEnded(this.id)
    const length = bytes.byteLength
    const ref: BlobRef = { checkpoint: this.id, offset: this.size, length, crc: crc32(bytes) }
    this.size += length
    const written = this.#write(bytes, ref.offset)
    this.#writes.add(written)
    try {
      await written
      return ref
    } finally {
      this.#writes.delete(written)
    }
  }

  async commit(manifest: CheckpointManifest): Promise<CheckpointSummary> {
    if (this.#end !== undefined) throw writerEnded(this.id)
    const committed = this.#commit(manifest)
    this.#end = committed.then(
      () => undefined,
      () => undefined,
    )
    return committed
  }

  async abort(): Promise<void> {
    this.#end ??= this.#discard()
    await this.#end
  }

  async #commit(manifest: CheckpointManifest): Promise<CheckpointSummary> {
    try {
      await Promise.allSettled(this.#writes)
      if (this.#failure !== undefined) throw this.#failure.error
      await attempt(`write checkpoint ${this.id}`, this.#owner.folder, async () => {
        await this.#handle.sync()
        await this.#handle.close()
      })
      return await this.#owner.publish(this, manifest)
    } catch (error) {
      await this.#discard()
      throw error
    }
  }

  async #discard(): Promise<void> {
    await Promise.allSettled(this.#writes)
    // Closed already, or closed all the same where the disk reports what it could not write.
    await this.#handle.close().catch(() => undefined)
    await this.#owner.discard(this)
  }

  async #write(bytes: Uint8Array, offset: number): Promise<void> {
    try {
      await attempt(`write checkpoint ${this.id}`, this.#owner.folder, async () => {
        for (let done = 0; done < bytes.byteLength;) {
          const length = Math.min(bytes.byteLength - done, MOST)
          done += (await this.#handle.write(bytes, done, length, offset + done)).bytesWritten
        }
      })
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }
}
