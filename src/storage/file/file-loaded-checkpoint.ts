import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { CheckpointCorruptError } from '../../errors/checkpoint-errors.ts'
import type { BlobRef, CheckpointManifest, LoadedCheckpoint } from '../checkpoint-store.ts'
import { blobsOf } from '../manifest-blobs.ts'
import { attempt } from './disk.ts'
import { dataName, type ManifestFile } from './job-folder.ts'
import { damage, readManifest } from './read-manifest.ts'

/** Bytes that are read at a time where they are only looked at. */
const WINDOW = 1 << 20

interface DataFile {
  readonly path: string
  readonly handle: FileHandle
  readonly size: number
}

/** Its data files stay open until `close`, so that they can be read after they were removed. */
export class FileLoadedCheckpoint implements LoadedCheckpoint {
  readonly manifest: CheckpointManifest
  readonly #folder: string
  readonly #files = new Map<number, DataFile>()

  private constructor(manifest: CheckpointManifest, folder: string) {
    this.manifest = manifest
    this.#folder = folder
  }

  /**
   * Opens what a manifest tells, and reads all of it once; undefined where there is no manifest.
   * @throws CheckpointCorruptError
   */
  static async open(at: ManifestFile, job: string | undefined): Promise<FileLoadedCheckpoint | undefined> {
    const manifest = await readManifest(at, job)
    if (manifest === undefined) return undefined
    const loaded = new FileLoadedCheckpoint(manifest, dirname(at.file))
    try {
      await loaded.#verify()
      return loaded
    } catch (error) {
      await loaded.close()
      // Removed while it was opened: then it is not damaged but gone.
      if (error instanceof CheckpointCorruptError && (await readManifest(at, job)) === undefined)
        return undefined
      throw error
    }
  }

  async read(ref: BlobRef): Promise<Uint8Array> {
    const file = this.#files.get(ref.checkpoint)
    if (file === undefined) {
      throw new CheckpointCorruptError(
        `checkpoint ${this.manifest.id} refers to no ${dataName(ref.checkpoint)}`,
      )
    }
    checkBounds(file, ref)
    // Not from the pool: large ones, and those that state keeps views of, stand alone.
    const bytes = Buffer.allocUnsafeSlow(ref.length)
    await attempt(`read ${file.path}`, this.#folder, () => fill(file, bytes, ref.offset))
    checkSum(file, ref, crc32(bytes))
    return bytes
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()]
    this.#files.clear()
    for (const { handle } of files) await handle.close()
  }

  async #verify(): Promise<void> {
    const window = Buffer.allocUnsafeSlow(WINDOW)
    for (const ref of blobsOf(this.manifest)) {
      const file = this.#files.get(ref.checkpoint) ?? (await this.#openData(ref.checkpoint))
      checkBounds(file, ref)
      let sum = 0
      for (let done = 0; done < ref.length; done += WINDOW) {
        const part = window.subarray(0, Math.min(WINDOW, ref.length - done))
        await fill(file, part, ref.offset + done)
        sum = crc32(part, sum)
      }
      checkSum(file, ref, sum)
    }
  }

  async #openData(id: number): Promise<DataFile> {
    const path = join(this.#folder, dataName(id))
    const handle = await open(path, 'r').catch((error: unknown) => {
      throw damage(error, path) ?? error
    })
    try {
      const file = { path, handle, size: (await handle.stat()).size }
      this.#files.set(id, file)
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }
}

async function fill({ path, handle }: DataFile, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle
      .read(bytes, done, Math.min(bytes.length - done, 1 << 30), position + done)
      .catch((error: unknown) => {
        throw damage(error, path) ?? error
      })
    if (bytesRead === 0) throw new CheckpointCorruptError(`${path} is damaged: its end is missing`)
    done += bytesRead
  }
}

function checkBounds({ path, size }: DataFile, { offset, length }: BlobRef): void {
  if (offset + length <= size) return
  throw new CheckpointCorruptError(
    `${path} is damaged: it has ${size} bytes, of which ${offset} to ${offset + length} are needed`,
  )
}

function checkSum({ path }: DataFile, { offset, length, crc }: BlobRef, sum: number): void {
  if (sum === crc) return
  throw new CheckpointCorruptError(
    `${path} is damaged: the checksum of bytes ${offset} to ${offset + length} is not what it was`,
  )
}
