import { JobNotFoundError } from '../errors/job-server-errors.ts'
import { isSettled } from '../job/job-status.ts'
import type { JobInfo } from '../protocol/job-info.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import { JobDeletedError } from './client-errors.ts'
import type { FeedNotice } from './job-events.ts'
import type { JobFeeds } from './job-feeds.ts'
import { failureOf } from './passing-failure.ts'
import type { Transport } from './transport.ts'
import { WakeUp } from './wake-up.ts'

/** What a client knows of a job. */
export interface JobView {
  readonly job: JobInfo
  readonly progress: JobProgress | null
}

export interface WatchContext {
  readonly transport: Transport
  readonly feeds: JobFeeds
  /** Asks for the job once. */
  readonly look: (id: string, signal: AbortSignal) => Promise<JobInfo>
}

/**
 * Watches a job until it is over: what it is now, and each time it is something newer. Events only say when to look: the
 * job itself is the truth. So nothing depends on an event that was missed, and while there are no events the job is
 * looked at in intervals.
 *
 * @throws JobDeletedError when it is not there any more; what a look is refused with, unless that may pass.
 */
export async function* watchJob(
  { transport, feeds, look }: WatchContext,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<JobView, void, void> {
  const { clock, wait, pollInterval } = transport.settings
  const watch = new JobWatch(feeds, id)
  let failures = 0
  /** By the monotonic clock, when the job is to be looked at where no events are. */
  let lookAt = 0
  try {
    for (;;) {
      if (watch.due) {
        watch.due = false
        let pause = pollInterval
        try {
          watch.see(await look(id, signal))
          failures = 0
        } catch (error) {
          if (error instanceof JobNotFoundError && watch.view !== null) throw deletedMeanwhile(id, error)
          failures++
          if (signal.aborted || !transport.mayGoOn(error, failures)) throw error
          pause = Math.max(pollInterval, wait(failures), failureOf(error).retryAfter ?? 0)
        }
        lookAt = clock.monotonic() + pause
      }
      const view = watch.takeChange()
      if (view !== null) yield view
      if (watch.isOver) return
      watch.listen()
      const told = watch.isLive && failures === 0
      const pause = told ? Infinity : Math.max(0, lookAt - clock.monotonic())
      const called = await watch.wakeUp.wait(clock, pause, [transport.closed, signal])
      watch.due ||= !called
    }
  } finally {
    watch.close()
  }
}

class JobWatch {
  view: JobView | null = null
  /** Whether the job is to be looked at. */
  due = true
  /** Whether events would tell of anything new. */
  isLive = false
  readonly wakeUp: WakeUp = new WakeUp()
  readonly #feeds: JobFeeds
  readonly #id: string
  #changed = false
  #unlisten: (() => void) | null = null

  constructor(feeds: JobFeeds, id: string) {
    this.#feeds = feeds
    this.#id = id
  }

  get isOver(): boolean {
    return this.view !== null && isSettled(this.view.job.status)
  }

  /** Takes what an answer says, unless something newer is known. */
  see(job: JobInfo): void {
    const { view } = this
    if (view !== null && !isNews(view.job, job)) return
    // What events tell of progress is ahead of what the server has written down, until the end.
    const told = this.isLive && !isSettled(job.status) ? view?.progress : null
    this.#set({ job, progress: told ?? job.progress ?? view?.progress ?? null })
  }

  takeChange(): JobView | null {
    if (!this.#changed) return null
    this.#changed = false
    return this.view
  }

  listen(): void {
    if (this.view === null) return
    this.#unlisten ??= this.#feeds.listen(this.#id, (notice) => this.#hear(notice))
  }

  close(): void {
    this.#unlisten?.()
  }

  #hear(notice: FeedNotice): void {
    switch (notice.type) {
      case 'open':
        // What happened before is to be seen on the job.
        this.isLive = true
        this.due = true
        break
      case 'lost':
        if (!this.isLive) return
        this.isLive = false
        break
      case 'event':
        if (!this.#tellsNews(notice)) return
        this.due = true
        break
      case 'progress':
        if (this.view !== null) this.#set({ ...this.view, progress: notice.notice.progress })
        break
      default:
        notice satisfies never
    }
    this.wakeUp.call()
  }

  #tellsNews({ event }: Extract<FeedNotice, { readonly type: 'event' }>): boolean {
    switch (event.type) {
      case 'job_submitted':
      case 'job_status_changed':
        return event.summary.revision > (this.view?.job.revision ?? -1)
      case 'job_checkpoint':
        return event.checkpoint.kind === 'savepoint'
      case 'job_deleted':
      case 'gap':
        return true
      default:
        return event satisfies never
    }
  }

  #set(view: JobView): void {
    this.view = view
    this.#changed = true
  }
}

function isNews(known: JobInfo, job: JobInfo): boolean {
  if (job.revision !== known.revision) return job.revision > known.revision
  return JSON.stringify(job) !== JSON.stringify(known)
}

export function deletedMeanwhile(id: string, cause: unknown): JobDeletedError {
  return new JobDeletedError(`Job ${id} was deleted meanwhile.`, {
    cause,
    remedy: 'What became of it is not known any more; submit it again if it is still wanted.',
  })
}
