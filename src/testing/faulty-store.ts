import type {
  BlobRef,
  CheckpointManifest,
  CheckpointStore,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../storage/checkpoint-store.ts'
import type { CrashPlan } from './crash-plan.ts'
import type { PlannedCrashError } from './planned-crash-error.ts'

/** A store that kills the job when its plan says so, between the phases of a checkpoint. */
export class FaultyStore implements CheckpointStore {
  readonly #store: CheckpointStore
  readonly #plan: CrashPlan

  constructor(store: CheckpointStore, plan: CrashPlan) {
    this.#store = store
    this.#plan = plan
  }

  async claim(job: string): Promise<JobCheckpoints> {
    const checkpoints = await this.#store.claim(job)
    const plan = this.#plan
    return {
      list: () => checkpoints.list(),
      load: (id) => checkpoints.load(id),
      begin: async (id, kind) => new FaultyWriter(await checkpoints.begin(id, kind), plan),
      remove: (ids) => checkpoints.remove(ids),
      release: () => checkpoints.release(),
    }
  }

  open(location: string): Promise<LoadedCheckpoint> {
    return this.#store.open(location)
  }
}

class FaultyWriter implements CheckpointWriter {
  readonly #writer: CheckpointWriter
  readonly #plan: CrashPlan
  readonly #barrier: number
  /** The job was killed while the checkpoint was not yet safe. What is left of it may not make it so. */
  #killed: PlannedCrashError | null

  constructor(writer: CheckpointWriter, plan: CrashPlan) {
    this.#writer = writer
    this.#plan = plan
    this.#barrier = plan.countBarrier()
    this.#killed = plan.atBarrier(this.#barrier, 'begun')
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    this.#killed ??= this.#plan.atBarrier(this.#barrier, 'captured')
    if (this.#killed !== null) throw this.#killed
    return this.#writer.put(bytes)
  }

  async commit(manifest: CheckpointManifest): Promise<CheckpointSummary> {
    // A checkpoint of no state is captured all the same.
    this.#killed ??= this.#plan.atBarrier(this.#barrier, 'captured')
    this.#killed ??= this.#plan.atBarrier(this.#barrier, 'written')
    if (this.#killed !== null) {
      await this.#writer.abort()
      throw this.#killed
    }
    const summary = await this.#writer.commit(manifest)
    this.#plan.atBarrier(this.#barrier, 'safe')
    return summary
  }

  abort(): Promise<void> {
    return this.#writer.abort()
  }
}
