import type { Cancel } from '../../time/clock.ts'
import type { ForeignContext } from './foreign-context.ts'
import { READ_AGAIN } from './log-reader.ts'

/** Milliseconds between readings of a log that cannot be read, or of a job that is over, at most. */
const LONGEST_PAUSE = 30_000

/** @returns whether something is to be expected soon; undefined: the job is not there any more */
export type ReadLog = (job: string) => Promise<boolean | undefined>

interface Followed {
  followers: number
  timer: Cancel
}

/** Reads logs on regularly while somebody follows them. */
export class LogFollowers {
  readonly #context: ForeignContext
  readonly #read: ReadLog
  readonly #followed = new Map<string, Followed>()

  constructor(context: ForeignContext, read: ReadLog) {
    this.#context = context
    this.#read = read
  }

  /** Logs that are read on. */
  get size(): number {
    return this.#followed.size
  }

  /** @returns how to stop it, for this follower */
  follow(job: string): () => void {
    if (this.#context.closing.aborted) return () => {}
    const followed = this.#followed.get(job) ?? this.#begin(job)
    followed.followers++
    let stopped = false
    return () => {
      if (stopped) return
      stopped = true
      if (--followed.followers === 0) this.#end(job, followed)
    }
  }

  close(): void {
    for (const [job, followed] of this.#followed) this.#end(job, followed)
  }

  #begin(job: string): Followed {
    const followed = { followers: 0, timer: () => {} }
    this.#followed.set(job, followed)
    void this.#readOn(job, followed, READ_AGAIN)
    return followed
  }

  #end(job: string, followed: Followed): void {
    followed.timer()
    if (this.#followed.get(job) === followed) this.#followed.delete(job)
  }

  async #readOn(job: string, followed: Followed, pause: number): Promise<void> {
    const soon = await this.#read(job)
    if (soon === undefined || this.#followed.get(job) !== followed) return
    const next = soon ? READ_AGAIN : Math.min(2 * pause, LONGEST_PAUSE)
    followed.timer = this.#context.clock.setTimeout(() => void this.#readOn(job, followed, next), next)
  }
}
