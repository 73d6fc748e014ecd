import { batch, type Signal, signal } from '@preact/signals'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'
import { messageOf } from '../link/api-error.ts'
import type { Notice } from '../link/event-link.ts'
import { Refresher } from '../link/refresher.ts'
import type { Session } from '../link/session.ts'
import type { ListRoute } from '../routing/route.ts'
import { afterEvent } from './job-page.ts'
import { type LiveProgress, withProgress } from './job-progress.ts'

/** Jobs to a page. */
export const PAGE = 50

const nothing: Page<JobSummary> = { items: [], next: null, total: 0 }

/** The page of jobs that is shown, kept as it is on the server. */
export class JobList {
  readonly page: Signal<Page<JobSummary>> = signal(nothing)
  /** Null: they have not been asked for yet. */
  readonly state: Signal<'loading' | 'shown' | 'failed'> = signal('loading')
  readonly error: Signal<string> = signal('')
  readonly progress: Signal<ReadonlyMap<string, LiveProgress>> = signal(new Map())
  readonly #session: Session
  #route: ListRoute
  #request: AbortController | null = null
  readonly #refresher = new Refresher(() => this.#begin())
  readonly #unlisten: () => void

  constructor(session: Session, route: ListRoute) {
    this.#session = session
    this.#route = route
    this.#unlisten = session.listen((notice) => this.#hear(notice))
  }

  /** Shows other jobs. */
  show(route: ListRoute): void {
    this.#route = route
    this.ask()
  }

  /** Asks for the page now. */
  ask(): void {
    this.#refresher.now()
  }

  close(): void {
    this.#unlisten()
    this.#refresher.close()
    this.#request?.abort()
  }

  #begin(): void {
    this.#request?.abort()
    const request = new AbortController()
    this.#request = request
    void this.#ask(request.signal)
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { status, name, provider, sort, page: number } = this.#route
    const query = {
      limit: PAGE,
      sort,
      ...(status.length === 0 ? {} : { status: status.join(',') }),
      ...(name === '' ? {} : { name }),
      ...(provider === '' ? {} : { provider }),
      ...(number === 1 ? {} : { offset: (number - 1) * PAGE }),
    }
    try {
      const page = await this.#session.api.get<Page<JobSummary>>('jobs', { query, signal })
      batch(() => {
        this.page.value = page
        this.state.value = 'shown'
      })
    } catch (error) {
      if (signal.aborted) return
      batch(() => {
        this.error.value = messageOf(error)
        this.state.value = 'failed'
      })
    }
  }

  #hear(notice: Notice): void {
    switch (notice.type) {
      case 'again':
        return this.ask()
      case 'progress': {
        const { job, progress } = notice.notice
        const all = new Map(this.progress.value)
        all.set(job, withProgress(all.get(job), progress))
        this.progress.value = all
        return
      }
      case 'event': {
        const { page, stale } = afterEvent(this.page.value, notice.event)
        this.page.value = page
        if (notice.event.type === 'job_deleted') this.#forget(notice.event.job)
        if (stale) this.#refresher.soon()
      }
    }
  }

  #forget(job: string): void {
    const all = new Map(this.progress.value)
    if (all.delete(job)) this.progress.value = all
  }
}
