import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { reasonOf } from '../../errors/reason-of.ts'
import { isActive } from '../../job/job-status.ts'
import type { Cancel } from '../../time/clock.ts'
import type { StoredProgramFiles } from '../store/program-files.ts'
import type { ResolvedRetention } from './job-manager-options.ts'
import { tidy } from './settle-run.ts'
import type { SupervisorContext } from './supervisor-context.ts'

/** Milliseconds between two sweeps. */
const SWEEP_EVERY = 60_000
/** Milliseconds for which a file that no job uses is kept: somebody may be about to submit one. */
const UNUSED_FILES = 24 * 3_600_000
/** Jobs that are removed in one sweep. */
const MOST_REMOVED = 1_000

export interface RetentionParts {
  readonly context: SupervisorContext
  readonly files: Pick<StoredProgramFiles, 'removeUnused'>
  readonly keep: ResolvedRetention
  /** Folder of all jobs. */
  readonly jobs: string
  readonly remove: (job: string) => Promise<void>
}

/** Removes what is past its time, now and then. */
export class Retention {
  readonly #parts: RetentionParts
  #timer: Cancel = () => {}
  #sweeping: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  /** Also removes what a server that died has left of jobs that are over, or not there any more. */
  start(): void {
    this.#sweeping = this.#tidyFolders().then(() => this.#again())
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer()
    await this.#sweeping
  }

  #again(): void {
    if (this.#closed) return
    this.#timer = this.#parts.context.clock.setTimeout(() => {
      this.#sweeping = this.#sweep().then(() => this.#again())
    }, SWEEP_EVERY)
  }

  async #sweep(): Promise<void> {
    const { context, files, keep, remove } = this.#parts
    const { store, clock } = context
    await this.#attempt('remove old jobs', async () => {
      if (keep.jobs === Infinity) return
      for (const id of store.expired(clock.now() - keep.jobs, MOST_REMOVED))
        if (!this.#closed) await remove(id)
    })
    await this.#attempt('remove old events', () => store.trimEvents(keep.events))
    await this.#attempt('remove programs', () =>
      files.removeUnused(() => store.usedFiles(), clock.now() - UNUSED_FILES),
    )
  }

  async #tidyFolders(): Promise<void> {
    const { context, jobs, remove } = this.#parts
    await this.#attempt('tidy the folders of jobs', async () => {
      for (const id of await readdir(jobs)) {
        if (this.#closed) return
        await new Promise<void>((resolve) => void context.clock.setImmediate(resolve))
        const folder = context.folderOf(id)
        const job = context.store.get(id)
        if (job === undefined) await folder.remove()
        else if (job.wanted === 'deleted' && !isActive(job.status)) await remove(id)
        else if (existsSync(folder.work)) await tidy(job, folder, context)
      }
    })
  }

  async #attempt(what: string, work: () => unknown): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.context.logger.warn(`Cannot ${what}: ${reasonOf(error)}`, { error })
    }
  }
}
