import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckpointCorruptError, CheckpointStoreError } from '../../errors/checkpoint-errors.ts'
import type {
  CheckpointManifest,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../checkpoint-store.ts'
import { blobsOf } from '../manifest-blobs.ts'
import { encodeManifest } from '../manifest-codec.ts'
import { checkId, missingBlob, noCheckpoint, released } from '../refusals.ts'
import type { ClaimLock } from './claim-lock.ts'
import { attempt, deleteFiles, syncFolder, writeDurably } from './disk.ts'
import { FileCheckpointWriter, type WriterOwner } from './file-checkpoint-writer.ts'
import { FileLoadedCheckpoint } from './file-loaded-checkpoint.ts'
import { dataName, type ManifestFile, manifestName, readFolder } from './job-folder.ts'
import { readManifest } from './read-manifest.ts'

export class FileJobCheckpoints implements JobCheckpoints, WriterOwner {
  readonly folder: string
  readonly #job: string
  readonly #lock: ClaimLock
  readonly #writers = new Set<FileCheckpointWriter>()
  /** What changes the folder is done one after another. */
  #tail: Promise<unknown> = Promise.resolve()
  #last: number
  /** From the first call on; a release that failed may be tried again. */
  #released: Promise<void> | undefined

  private constructor(folder: string, job: string, lock: ClaimLock, last: number) {
    this.folder = folder
    this.#job = job
    this.#lock = lock
    this.#last = last
  }

  /** Takes over a folder whose lock is held, and removes what crashed writers have left. */
  static async open(folder: string, job: string, lock: ClaimLock): Promise<FileJobCheckpoints> {
    const { manifests, unfinished } = await readFolder(folder)
    await deleteFiles(unfinished)
    const checkpoints = new FileJobCheckpoints(folder, job, lock, manifests[0]?.id ?? -1)
    await checkpoints.#sweep()
    return checkpoints
  }

  async list(): Promise<readonly CheckpointSummary[]> {
    this.#check()
    return attempt('list checkpoints', this.folder, async () => {
      const { manifests } = await readFolder(this.folder)
      const summaries: CheckpointSummary[] = []
      for (const at of manifests) {
        const summary = await this.#summarise(at)
        if (summary !== undefined) summaries.push(summary)
      }
      return summaries
    })
  }

  async load(id: number): Promise<LoadedCheckpoint> {
    this.#check()
    return attempt(`load checkpoint ${id}`, this.folder, async () => {
      const at = (await readFolder(this.folder)).manifests.find((manifest) => manifest.id === id)
      const loaded = at && (await FileLoadedCheckpoint.open(at, this.#job))
      if (loaded === undefined) throw noCheckpoint(this.#job, id)
      return loaded
    })
  }

  async begin(id: number, kind: 'checkpoint' | 'savepoint'): Promise<CheckpointWriter> {
    this.#check()
    checkId(id, this.#last)
    this.#last = id
    return attempt(`begin checkpoint ${id}`, this.folder, () =>
      this.#exclusively(async () => {
        this.#check()
        const handle = await open(this.#path(dataName(id)), 'wx')
        const writer = new FileCheckpointWriter(this, handle, id, kind)
        this.#writers.add(writer)
        return writer
      }),
    )
  }

  async remove(ids: readonly number[]): Promise<void> {
    this.#check()
    await attempt('remove checkpoints', this.folder, () =>
      this.#exclusively(async () => {
        await this.#checkLock()
        const { manifests } = await readFolder(this.folder)
        const removed = manifests.filter(({ id }) => ids.includes(id))
        if (removed.length === 0) return
        await deleteFiles(removed.map(({ file }) => file))
        // Were they to come back after a power cut, what they refer to would be missing.
        await syncFolder(this.folder)
        await this.#sweep()
      }),
    )
  }

  async release(): Promise<void> {
    this.#released =
      this.#released === undefined ? this.#release() : this.#released.catch(() => this.#release())
    return this.#released
  }

  async publish(writer: FileCheckpointWriter, manifest: CheckpointManifest): Promise<CheckpointSummary> {
    const { id, kind, size } = writer
    const encoded = encodeManifest(manifest, { job: this.#job, id, kind })
    const file = this.#path(manifestName(id, kind))
    await attempt(`write checkpoint ${id}`, this.folder, () =>
      this.#exclusively(async () => {
        await this.#checkLock()
        await this.#checkBlobs(manifest)
        await writeDurably(`${file}.new`, encoded)
        await rename(`${file}.new`, file)
        await syncFolder(this.folder)
      }),
    )
    this.#writers.delete(writer)
    return { id, kind, takenAt: manifest.takenAt, bytes: size, location: file }
  }

  async discard(writer: FileCheckpointWriter): Promise<void> {
    const { id, kind } = writer
    const manifest = this.#path(manifestName(id, kind))
    try {
      await this.#exclusively(async () => {
        // Whoever has taken over may be writing files of these names.
        await this.#checkLock()
        await deleteFiles([manifest, `${manifest}.new`, this.#path(dataName(id))])
      })
    } catch {
      // What is left without a manifest goes with the next removal or claim. One with a manifest is whole.
    }
    this.#writers.delete(writer)
  }

  #release(): Promise<void> {
    return attempt('release the checkpoints', this.folder, async () => {
      // Behind those that are being begun. What is being committed is waited for.
      await this.#exclusively(async () => undefined)
      await Promise.all([...this.#writers].map((writer) => writer.abort()))
      await this.#exclusively(() => this.#lock.release())
    })
  }

  /** Deletes data that no manifest needs. One that cannot be read may need whatever was there before it. */
  async #sweep(): Promise<void> {
    const { manifests, data } = await readFolder(this.folder)
    const needed = new Set([...this.#writers].map(({ id }) => id))
    let before = -1
    for (const at of manifests) {
      needed.add(at.id)
      const manifest = await this.#readableManifest(at)
      if (manifest === undefined) before = Math.max(before, at.id)
      else for (const { checkpoint } of blobsOf(manifest)) needed.add(checkpoint)
    }
    const useless = data.filter((id) => id > before && !needed.has(id))
    await deleteFiles(useless.map((id) => this.#path(dataName(id))))
  }

  async #summarise(at: ManifestFile): Promise<CheckpointSummary | undefined> {
    const found = await stat(at.file).catch(() => undefined)
    if (found === undefined) return undefined
    const manifest = await this.#readableManifest(at)
    const data = await stat(this.#path(dataName(at.id))).catch(() => undefined)
    return {
      id: at.id,
      kind: at.kind,
      takenAt: manifest?.takenAt ?? found.mtime.toISOString(),
      bytes: data?.size ?? 0,
      location: at.file,
    }
  }

  /** Undefined for a damaged one. */
  async #readableManifest(at: ManifestFile): Promise<CheckpointManifest | undefined> {
    try {
      return await readManifest(at, this.#job)
    } catch (error) {
      if (error instanceof CheckpointCorruptError) return undefined
      throw error
    }
  }

  async #checkBlobs(manifest: CheckpointManifest): Promise<void> {
    const sizes = new Map<number, number>()
    for (const { checkpoint, offset, length } of blobsOf(manifest)) {
      let size = sizes.get(checkpoint)
      if (size === undefined) {
        size = (await stat(this.#path(dataName(checkpoint))).catch(() => undefined))?.size ?? -1
        sizes.set(checkpoint, size)
      }
      if (offset + length > size) throw missingBlob(manifest.id, checkpoint)
    }
  }

  async #checkLock(): Promise<void> {
    if (await this.#lock.isHeld()) return
    throw new CheckpointStoreError(`another run has taken the checkpoints of job "${this.#job}" over`, {
      remedy: 'run a job once at a time, and leave the lock file alone while it runs',
    })
  }

  #check(): void {
    if (this.#released !== undefined) throw released(this.#job)
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => undefined)
    return result
  }

  #path(name: string): string {
    return join(this.folder, name)
  }
}
