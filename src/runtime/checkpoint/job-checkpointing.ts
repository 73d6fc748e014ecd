import { CheckpointCorruptError, type StateMappingError } from '../../errors/checkpoint-errors.ts'
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
import type { LettersOrigin } from '../dead-letters/job-letters.ts'
import { RestoredJob } from './restored-job.ts'

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
  /** It began from a savepoint that is one of the job's own. */
  #ownOrigin = false
  /** The newest that was there before: what is newer is this run's. */
  #before = 0
  /** Looking for where to begin. */
  #search: Promise<unknown> = Promise.resolve()

  constructor(options: CheckpointingOptions) {
    this.#options = options
    this.coordinator = new CheckpointCoordinator(options)
  }

  /** Where the attempt begins, as far as the job's dead letters are concerned. */
  get lettersOrigin(): LettersOrigin {
    return this.coordinator.restored?.lettersOrigin ?? { checkpoint: 0, settled: [] }
  }

  /**
   * Claims the job's checkpoints, and finds where to begin.
   * @throws CheckpointStoreError, CheckpointCorruptError, CheckpointNotFoundError, StateMappingError
   */
  begin(): Promise<void> {
    const begun = this.#begin()
    this.#search = begun.catch(() => {})
    return begun
  }

  /** Goes back to the newest good checkpoint of this run, else to where it began. Its id, if there is one. */
  rewind(): Promise<number | undefined> {
    const rewound = this.#rewind()
    this.#search = rewound.catch(() => {})
    return rewound
  }

  /** The run is over. @param forGood nobody is to go on from where it was. */
  async end(forGood: boolean): Promise<void> {
    const { logger } = this.#options
    // The job may have been ended while its store was still being claimed, or a checkpoint opened.
    await this.#search
    try {
      await this.coordinator.restored?.close()
      if (forGood) await this.#discard()
    } catch (error) {
      logger.warn(`Checkpoints could not be put away: ${reasonOf(error)}`, { error })
    } finally {
      await this.#release()
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#checkpoints?.release()
    } catch (error) {
      this.#options.logger.warn(`The store of checkpoints could not be released: ${reasonOf(error)}`, {
        error,
      })
    }
  }

  /** Savepoints stay, for who asks for them by name: that the job went on to its end since is told by one of nothing. */
  async #discard(): Promise<void> {
    if (this.#checkpoints === null) return
    const left = await this.#checkpoints.list()
    if (left.some(({ kind }) => kind === 'savepoint')) {
      const { job, run, clock } = this.#options
      const id = this.coordinator.nextId()
      const writer = await this.#checkpoints.begin(id, 'checkpoint')
      const takenAt = new Date(clock.now()).toISOString()
      await writer.commit({ format: 1, job, run, id, kind: 'checkpoint', takenAt, operators: [] })
    }
    await this.coordinator.discard()
  }

  async #begin(): Promise<void> {
    const { store, job, resume } = this.#options
    this.#checkpoints = await store.claim(job)
    const existing = await this.#checkpoints.list()
    this.coordinator.use(this.#checkpoints, existing)
    this.#before = Math.max(0, ...existing.map(({ id }) => id))
    if (resume === 'fresh') return
    if (resume === 'latest') {
      await this.#goBackTo(existing)
      this.#origin = this.coordinator.restored?.id ?? null
    } else {
      this.#ownOrigin = existing.some(({ location }) => location === resume.location)
      await this.#adopt(await store.open(resume.location), false)
    }
  }

  async #rewind(): Promise<number | undefined> {
    const { resume, store } = this.#options
    const existing = (await this.#checkpoints?.list()) ?? []
    await this.#goBackTo(existing.filter(({ id }) => id > this.#before || id === this.#origin))
    if (this.coordinator.restored === null && typeof resume === 'object') {
      await this.#adopt(await store.open(resume.location), false)
    }
    return this.coordinator.restored?.id
  }

  /** To the newest of these that is good, if there are any. */
  async #goBackTo(candidates: readonly CheckpointSummary[]): Promise<void> {
    let damage: CheckpointCorruptError | null = null
    for (const { id } of candidates) {
      try {
        const loaded = await (this.#checkpoints as JobCheckpoints).load(id)
        // One of nothing says that the job had ended: it begins again.
        if (loaded.manifest.operators.length === 0) return await loaded.close()
        return await this.#adopt(loaded, true)
      } catch (error) {
        if (!(error instanceof CheckpointCorruptError)) throw error
        damage ??= error
        this.coordinator.dismiss(id)
        this.#options.logger.warn(`Checkpoint ${id} is damaged; an older one is tried: ${reasonOf(error)}`, {
          error,
        })
      }
    }
    if (damage !== null) throw damage
  }

  async #adopt(loaded: LoadedCheckpoint, reusable: boolean): Promise<void> {
    const { operators, allowDroppedState, clock, logger } = this.#options
    const turn = (): Promise<void> => new Promise((resolve) => void clock.setImmediate(resolve))
    const onLost = (error: StateMappingError): void => {
      if (!allowDroppedState) throw error
      logger.warn(`State is left behind: ${error.message}`, { error })
    }
    try {
      const own = reusable || this.#ownOrigin
      this.coordinator.restored = new RestoredJob(loaded, { operators, reusable, own, turn, onLost })
    } catch (error) {
      await loaded.close()
      throw error
    }
  }
}
