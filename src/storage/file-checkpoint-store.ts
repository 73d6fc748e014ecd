import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { CheckpointStore, JobCheckpoints, LoadedCheckpoint } from './checkpoint-store.ts'
import { ClaimLock } from './file/claim-lock.ts'
import { attempt, syncFolder } from './file/disk.ts'
import { FileJobCheckpoints } from './file/file-job-checkpoints.ts'
import { FileLoadedCheckpoint } from './file/file-loaded-checkpoint.ts'
import { folderNameOf, manifestFileAt } from './file/job-folder.ts'
import { noLocation } from './refusals.ts'

export interface FileCheckpointStoreOptions {
  /**
   * The machine's name in lock files; the system's host name by default. A lock of another host is never taken over,
   * because nobody can see from here whether its owner is alive. Containers that share a volume, have a new host name
   * at each start, and never run at the same time, are given one name.
   */
  readonly host?: string
}

/**
 * Keeps checkpoints in files below a directory, which is made when there is none: durable when `commit` resolves, and
 * whole after a crash or a power cut at any moment. A location is the path of a manifest; `open` also takes it relative
 * to the directory, where that has been moved.
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly directory: string
  readonly #host: string

  /** @param directory relative to the working directory of the process as it is now */
  constructor(directory: string, options: FileCheckpointStoreOptions = {}) {
    if (typeof directory !== 'string' || directory === '') {
      throw new InvalidArgumentError('FileCheckpointStore takes the path of a directory', {
        remedy: "new FileCheckpointStore('checkpoints')",
      })
    }
    this.directory = resolve(directory)
    this.#host = options.host ?? hostname()
  }

  async claim(job: string): Promise<JobCheckpoints> {
    const folder = join(this.directory, folderNameOf(job))
    return attempt(`claim the checkpoints of job "${job}"`, this.directory, async () => {
      await makeFolder(folder)
      const lock = await ClaimLock.acquire(folder, this.#host)
      try {
        return await FileJobCheckpoints.open(folder, job, lock)
      } catch (error) {
        await lock.release()
        throw error
      }
    })
  }

  async open(location: string): Promise<LoadedCheckpoint> {
    const at = manifestFileAt(resolve(this.directory, location))
    const loaded =
      at && (await attempt(`open ${location}`, at.file, () => FileLoadedCheckpoint.open(at, undefined)))
    if (loaded === undefined) throw noLocation(location)
    return loaded
  }
}

/** Makes it durably, with what is missing above it. */
async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true })
  if (topmost === undefined) return
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) await syncFolder(dirname(made))
}
