import { batch, type Signal, signal } from '@preact/signals'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { CheckpointInfo, JobInfo, JobTransition } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import { type LiveProgress, withProgress } from '../job-list/job-progress.ts'
import { ApiError, messageOf } from '../link/api-error.ts'
import type { Notice } from '../link/event-link.ts'
import { Refresher } from '../link/refresher.ts'
import type { Session } from '../link/session.ts'

/** Changes of status that are shown: a server keeps no more than some of these. */
const MOST_TRANSITIONS = 2000

/** One job, kept as it is on the server. */
export class JobModel {
  readonly id: string
  readonly job: Signal<JobInfo | null> = signal(null)
  readonly live: Signal<LiveProgress | null> = signal(null)
  readonly transitions: Signal<readonly JobTransition[]> = signal([])
  /** Newest first. */
  readonly checkpoints: Signal<readonly CheckpointInfo[]> = signal([])
  /** Why it cannot be shown; null: it can. */
  readonly trouble: Signal<string | null> = signal(null)
  readonly isGone: Signal<boolean> = signal(false)
  readonly #session: Session
  readonly #closed = new AbortController()
  readonly #unlisten: () => void
  readonly #refresher = new Refresher(() => void this.#look(this.#closed.signal))

  constructor(session: Session, id: string) {
    this.#session = session
    this.id = id
    this.#unlisten = session.listen((notice) => this.#hear(notice))
    this.look()
  }

  get path(): string {
    return `jobs/${encodeURIComponent(this.id)}`
  }

  /** Asks for it now. */
  look(): void {
    this.#refresher.now()
  }

  close(): void {
    this.#unlisten()
    this.#refresher.close()
    this.#closed.abort()
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { api } = this.#session
    try {
      const [job, transitions, checkpoints] = await Promise.all([
        api.get<JobInfo>(this.path, { signal }),
        this.#askTransitions(signal),
        this.#askCheckpoints(signal),
      ])
      batch(() => {
        const known = this.job.value
        if (known === null || known.revision <= job.revision) this.job.value = job
        if (job.progress !== null) this.#see(job.progress)
        this.transitions.value = transitions
        this.checkpoints.value = checkpoints
        this.trouble.value = null
      })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && error.status === 404) this.isGone.value = true
      else this.trouble.value = messageOf(error)
    }
  }

  async #askCheckpoints(signal: AbortSignal): Promise<readonly CheckpointInfo[]> {
    try {
      const path = `${this.path}/checkpoints`
      return (await this.#session.api.get<{ items: readonly CheckpointInfo[] }>(path, { signal })).items
    } catch (error) {
      // Those of a job that runs elsewhere are known there.
      if (error instanceof ApiError && error.status === 409) return []
      throw error
    }
  }

  async #askTransitions(signal: AbortSignal): Promise<readonly JobTransition[]> {
    const all: JobTransition[] = []
    let cursor: string | undefined
    do {
      const page: Page<JobTransition> = await this.#session.api.get(`${this.path}/transitions`, {
        signal,
        query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
      })
      all.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor !== undefined && all.length < MOST_TRANSITIONS)
    return all
  }

  #hear(notice: Notice): void {
    if (notice.type === 'again') return this.look()
    if (notice.type === 'progress') {
      if (notice.notice.job === this.id) this.#see(notice.notice.progress)
      return
    }
    if (notice.event.job === this.id) this.#happened(notice.event)
  }

  #happened(event: JobEvent): void {
    if (event.type === 'job_deleted') this.isGone.value = true
    else if (event.type === 'job_checkpoint')
      this.checkpoints.value = [event.checkpoint, ...this.checkpoints.value]
    else {
      const known = this.job.value
      if (known !== null && known.revision <= event.summary.revision) {
        this.job.value = { ...known, ...event.summary }
      }
      this.#refresher.soon()
    }
  }

  #see(progress: LiveProgress['progress']): void {
    this.live.value = withProgress(this.live.value ?? undefined, progress)
  }
}
