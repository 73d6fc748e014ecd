import type {
  CheckpointStore,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'

export interface CheckpointEvents {
  /** Those that are there, newest first. */
  readonly found: (summaries: readonly CheckpointSummary[]) => void
  /** One is about to be complete. */
  readonly committing?: () => void
  /** One is complete. @param ms from when it was begun */
  readonly committed: (summary: CheckpointSummary, ms: number) => void
  /** Those at these locations are gone. */
  readonly removed: (locations: readonly string[]) => void
}

/** A store that tells what becomes of a job's checkpoints, and is otherwise the one given. */
export class ReportingStore implements CheckpointStore {
  readonly #store: CheckpointStore
  readonly #events: CheckpointEvents
  readonly #clock: Pick<Clock, 'monotonic'>

  constructor(store: CheckpointStore, clock: Pick<Clock, 'monotonic'>, events: CheckpointEvents) {
    this.#store = store
    this.#clock = clock
    this.#events = events
  }

  async claim(job: string): Promise<JobCheckpoints> {
    const checkpoints = await this.#store.claim(job)
    return new ReportingCheckpoints(checkpoints, this.#clock, this.#events)
  }

  open(location: string): Promise<LoadedCheckpoint> {
    return this.#store.open(location)
  }
}

class ReportingCheckpoints implements JobCheckpoints {
  readonly #checkpoints: JobCheckpoints
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #events: CheckpointEvents
  readonly #locations = new Map<number, string>()

  constructor(checkpoints: JobCheckpoints, clock: Pick<Clock, 'monotonic'>, events: CheckpointEvents) {
    this.#checkpoints = checkpoints
    this.#clock = clock
    this.#events = events
  }

  async list(): Promise<readonly CheckpointSummary[]> {
    const summaries = await this.#checkpoints.list()
    for (const { id, location } of summaries) this.#locations.set(id, location)
    this.#events.found(summaries)
    return summaries
  }

  load(id: number): Promise<LoadedCheckpoint> {
    return this.#checkpoints.load(id)
  }

  async begin(id: number, kind: 'checkpoint' | 'savepoint'): Promise<CheckpointWriter> {
    const begunAt = this.#clock.monotonic()
    const writer = await this.#checkpoints.begin(id, kind)
    return {
      put: (bytes) => writer.put(bytes),
      abort: () => writer.abort(),
      commit: async (manifest) => {
        this.#events.committing?.()
        const summary = await writer.commit(manifest)
        this.#locations.set(id, summary.location)
        // One of nothing only says that the job has ended.
        if (manifest.operators.length > 0) this.#events.committed(summary, this.#clock.monotonic() - begunAt)
        return summary
      },
    }
  }

  async remove(ids: readonly number[]): Promise<void> {
    await this.#checkpoints.remove(ids)
    const locations = ids.flatMap((id) => this.#locations.get(id) ?? [])
    for (const id of ids) this.#locations.delete(id)
    if (locations.length > 0) this.#events.removed(locations)
  }

  release(): Promise<void> {
    return this.#checkpoints.release()
  }
}
