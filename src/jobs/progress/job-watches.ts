import type { Subscription } from 'rxjs'
import type { JobManager } from '../job-manager.ts'
import type { Cancel, Clock } from '../../time/clock.ts'

/** Milliseconds between two times that those who watch a job are called. */
const PAUSE = 250

export interface WatchSources {
  readonly manager: Pick<JobManager, 'log$'>
  readonly clock: Pick<Clock, 'setTimeout' | 'setImmediate'>
  /** Has the log of a job elsewhere read regularly. @returns how to stop it. */
  readonly follow: (job: string) => () => void
}

/** Jobs of which somebody wants to hear when there may be something new. They share what is needed for that. */
export class JobWatches {
  readonly #sources: WatchSources
  readonly #watches = new Map<string, JobWatch>()

  constructor(sources: WatchSources) {
    this.#sources = sources
  }

  /** Jobs that are watched. */
  get size(): number {
    return this.#watches.size
  }

  /** Calls `wake` when there may be something new, on a later turn and not all the time. @returns how to stop it. */
  watch(job: string, wake: () => void): () => void {
    const watch = this.#watches.get(job) ?? new JobWatch(job, this.#sources)
    this.#watches.set(job, watch)
    // Each call is one, also of the same function.
    const listener = (): void => wake()
    watch.listeners.add(listener)
    return () => {
      if (!watch.listeners.delete(listener) || watch.listeners.size > 0) return
      watch.close()
      if (this.#watches.get(job) === watch) this.#watches.delete(job)
    }
  }

  /** Something has happened to a job. */
  touch(job: string): void {
    this.#watches.get(job)?.touch()
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close()
    this.#watches.clear()
  }
}

class JobWatch {
  readonly listeners = new Set<() => void>()
  readonly #clock: WatchSources['clock']
  readonly #lines: Subscription
  #call: Cancel | null = null
  #pause: Cancel | null = null
  readonly #unfollow: () => void
  #touched = false
  #closed = false

  constructor(job: string, { manager, clock, follow }: WatchSources) {
    this.#clock = clock
    const touch = (): void => this.touch()
    this.#lines = manager.log$(job).subscribe({ next: touch, error: touch, complete: touch })
    this.#unfollow = follow(job)
  }

  touch(): void {
    if (this.#closed) return
    if (this.#pause !== null) this.#touched = true
    else this.#call ??= this.#clock.setImmediate(() => this.#wake())
  }

  close(): void {
    this.#closed = true
    this.#lines.unsubscribe()
    this.#call?.()
    this.#pause?.()
    this.#unfollow()
  }

  #wake(): void {
    this.#call = null
    this.#touched = false
    this.#pause = this.#clock.setTimeout(() => {
      this.#pause = null
      if (this.#touched) this.#wake()
    }, PAUSE)
    for (const listener of [...this.listeners]) listener()
  }
}
