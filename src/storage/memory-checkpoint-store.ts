import { CheckpointStoreError } from '../errors/checkpoint-errors.ts'
import type { CheckpointStore, JobCheckpoints, LoadedCheckpoint } from './checkpoint-store.ts'
import { loadFromMemory, type MemoryJob, MemoryJobCheckpoints } from './memory-job-checkpoints.ts'
import { noLocation } from './refusals.ts'

/** Keeps checkpoints in memory, for tests and for restarts within the process. They are lost with it. */
export class MemoryCheckpointStore implements CheckpointStore {
  readonly #jobs = new Map<string, MemoryJob>()

  async claim(job: string): Promise<JobCheckpoints> {
    let kept = this.#jobs.get(job)
    if (kept === undefined) {
      kept = { name: job, claimed: false, committed: new Map(), data: new Map() }
      this.#jobs.set(job, kept)
    }
    if (kept.claimed) {
      throw new CheckpointStoreError(`the checkpoints of job "${job}" are in use by another run`, {
        remedy: 'let that run end first, or give the job a name of its own',
      })
    }
    kept.claimed = true
    return new MemoryJobCheckpoints(kept)
  }

  async open(location: string): Promise<LoadedCheckpoint> {
    for (const job of this.#jobs.values()) {
      for (const [id, { summary }] of job.committed) {
        if (summary.location === location) return loadFromMemory(job, id)
      }
    }
    throw noLocation(location)
  }
}
