import type {
  BlobRef,
  CheckpointManifest,
  CheckpointStore,
  CheckpointSummary,
  CheckpointWriter,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../../../../src/storage/checkpoint-store.ts'
import { MemoryCheckpointStore } from '../../../../src/storage/memory-checkpoint-store.ts'

type Step = 'claim' | 'begin' | 'put' | 'commit' | 'remove' | 'load'

/** A store in memory whose steps fail, or take their time, as a test says. */
export class MoodyStore implements CheckpointStore {
  readonly memory = new MemoryCheckpointStore()
  /** Steps, in order. */
  readonly steps: Step[] = []
  /** Ids of checkpoints whose writers were aborted. */
  readonly aborted: number[] = []
  /** Opened and not closed yet. */
  readers = 0
  released = 0
  /** Called before each step: what it throws or rejects with, the step fails with. */
  before: (step: Step, id: number) => unknown = () => undefined

  async claim(job: string): Promise<JobCheckpoints> {
    await this.step('claim', 0)
    return new MoodyCheckpoints(this, await this.memory.claim(job))
  }

  async open(location: string): Promise<LoadedCheckpoint> {
    return this.counted(await this.memory.open(location))
  }

  async step(step: Step, id: number): Promise<void> {
    this.steps.push(step)
    await this.before(step, id)
  }

  counted(loaded: LoadedCheckpoint): LoadedCheckpoint {
    this.readers++
    return {
      manifest: loaded.manifest,
      read: (ref) => loaded.read(ref),
      close: async () => {
        this.readers--
        await loaded.close()
      },
    }
  }
}

class MoodyCheckpoints implements JobCheckpoints {
  readonly #store: MoodyStore
  readonly #inner: JobCheckpoints

  constructor(store: MoodyStore, inner: JobCheckpoints) {
    this.#store = store
    this.#inner = inner
  }

  list(): Promise<readonly CheckpointSummary[]> {
    return this.#inner.list()
  }

  async load(id: number): Promise<LoadedCheckpoint> {
    await this.#store.step('load', id)
    return this.#store.counted(await this.#inner.load(id))
  }

  async begin(id: number, kind: 'checkpoint' | 'savepoint'): Promise<CheckpointWriter> {
    await this.#store.step('begin', id)
    return new MoodyWriter(this.#store, id, await this.#inner.begin(id, kind))
  }

  async remove(ids: readonly number[]): Promise<void> {
    await this.#store.step('remove', 0)
    await this.#inner.remove(ids)
  }

  async release(): Promise<void> {
    this.#store.released++
    await this.#inner.release()
  }
}

class MoodyWriter implements CheckpointWriter {
  readonly #store: MoodyStore
  readonly #id: number
  readonly #inner: CheckpointWriter

  constructor(store: MoodyStore, id: number, inner: CheckpointWriter) {
    this.#store = store
    this.#id = id
    this.#inner = inner
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    await this.#store.step('put', this.#id)
    return this.#inner.put(bytes)
  }

  async commit(manifest: CheckpointManifest): Promise<CheckpointSummary> {
    try {
      await this.#store.step('commit', this.#id)
    } catch (error) {
      await this.#inner.abort()
      throw error
    }
    return this.#inner.commit(manifest)
  }

  async abort(): Promise<void> {
    this.#store.aborted.push(this.#id)
    await this.#inner.abort()
  }
}
