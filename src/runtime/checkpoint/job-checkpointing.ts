import { CheckpointCorruptError } from '../../errors/checkpoint-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type {
  CheckpointStore,
  CheckpointSummary,
  JobCheckpoints,
  LoadedCheckpoint,
} from '../../storage/checkpoint-store.ts'
import type { Clock } from '../../time/clock.ts'
import { CheckpointCoordinator, type CheckpointSettings } from './checkpoint-coordinator.ts'
import type { RunIdentity } from './pending-checkpoint.ts'
import { checkMapping, RestoredJob } from './restored-job.ts'

/** Where a job begins: afresh, from its newest good checkpoint if it has one, or from what stands at a location. */
export type Resume = 'fresh' | 'latest' | { readonly location: string }

export interface CheckpointingOptions extends RunIdentity {
  readonly store: CheckpointStore
  readonly settings: CheckpointSettings
  readonly resume: Resume
  /** State of operators that the pipeline does not have is left behind instead of refused. */
  readonly allowDroppedState: boolean
  readonly clock: Clock
  readonly logger: Logger
}

/** All that one run has to do with checkpoints: its claim on the store, where it begins, and the taking of new ones. */
export class JobCheckpointing {
  readonly coordinator: CheckpointCoordinator
  readonly #options: CheckpointingOptions
  #checkpoints: JobCheckpoints | null = null
  /** The id of the checkpoint the run began from, if that is one of the job's own. */
  #origin: number | null = null

  constructor(options: CheckpointingOptions) {
    this.#options = options
    this.coordinator = new CheckpointCoordinator(options)
  }

  /**
   * Claims the job's checkpoints, and finds where to begin.
   * @throws CheckpointStoreError, CheckpointCorruptError, CheckpointNotFoundError, StateMappingError
   */
  async begin(): Promise<void> {
    const { store, job, resume } = this.#options
    this.#checkpoints = await store.claim(job)
    const existing = await this.#checkpoints.list()
    this.coordinator.use(this.#checkpoints, existing)
    if (resume === 'fresh') return
    if (resume === 'latest') await this.#goBackTo(existing)
    else this.#adopt(await store.open(resume.location), false)
    this.#origin = this.coordinator.restored?.id ?? null
  }

  /** Goes back to the newest good checkpoint of this run, else to where it began. Its id, if there is one. */
  async rewind(): Promise<number | undefined> {
    const { resume, store } = this.#options
    const existing = (await this.#checkpoints?.list()) ?? []
    await this.#goBackTo(existing, (run, id) => run === this.#options.run || id === this.#origin)
    if (this.coordinator.restored === null && typeof resume === 'object') {
      this.#adopt(await store.open(resume.location), false)
    }
    return this.coordinator.restored?.id
  }

  /** The run is over. @param completed nobody will go on from its checkpoints. */
  async end(completed: boolean): Promise<void> {
    const { logger } = this.#options
    try {
      if (completed) await this.coordinator.discard()
      await this.#checkpoints?.release()
    } catch (error) {
      logger.warn(`Checkpoints could not be put away: ${reasonOf(error)}`, { error })
    }
  }

  async #goBackTo(
    existing: readonly CheckpointSummary[],
    accepts: (run: string, id: number) => boolean = () => true,
  ): Promise<void> {
    let damaged: CheckpointCorruptError | null = null
    for (const { id } of existing) {
      try {
        const loaded = await (this.#checkpoints as JobCheckpoints).load(id)
        if (accepts(loaded.manifest.run, id)) return this.#adopt(loaded, true)
        await loaded.close()
      } catch (error) {
        if (!(error instanceof CheckpointCorruptError)) throw error
        damaged ??= error
        this.#options.logger.warn(`Checkpoint ${id} is damaged; an older one is tried: ${reasonOf(error)}`, {
          error,
        })
      }
    }
    if (damaged !== null) throw damaged
  }

  #adopt(loaded: LoadedCheckpoint, reusable: boolean): void {
    const { operators, allowDroppedState, clock } = this.#options
    if (!allowDroppedState) checkMapping(loaded.manifest, operators)
    const turn = (): Promise<void> => new Promise((resolve) => void clock.setImmediate(resolve))
    this.coordinator.restored = new RestoredJob(loaded, reusable, turn)
  }
}
