import { ProviderAnswerError } from '../../errors/provider-errors.ts'
import { isActive } from '../../job/job-status.ts'
import type { JobProvider, ObservedJob } from '../../providers/job-provider.ts'
import type { ProviderInfo } from '../../protocol/provider-info.ts'
import type { Observed } from '../store/foreign-job-store.ts'
import type { ForeignContext } from './foreign-context.ts'
import { MissingJobs } from './missing-jobs.ts'
import type { Polling } from './polling-of.ts'
import { RecentMap } from './recent-map.ts'
import type { HealthyProvider, ServedProvider } from './served-provider.ts'

/** Words for statuses that are remembered, and characters of each. */
const MOST_WORDS = 50
const LONGEST_WORD = 100
/** Jobs that somebody has cancelled of late, of which it is remembered who. */
const MOST_CANCELLED = 1_000

/** A provider with what has been seen of it since the server was started. All that it tells comes in here. */
export class WatchedProvider {
  readonly provider: HealthyProvider
  readonly polling: Polling
  readonly webhook: boolean
  readonly concurrency: number
  readonly missing: MissingJobs = new MissingJobs()
  /** Milliseconds since the epoch. */
  syncedAt: number | null = null
  polledAt: number | null = null
  readonly #context: ForeignContext
  readonly #unknown = new Set<string>()
  /** Why jobs were cancelled, by their external ids. */
  readonly #cancelled = new RecentMap<string, string>(MOST_CANCELLED)

  constructor({ provider, polling, webhook, concurrency }: ServedProvider, context: ForeignContext) {
    this.provider = provider
    this.polling = polling
    this.webhook = webhook
    this.concurrency = concurrency
    this.#context = context
  }

  get name(): string {
    return this.provider.name
  }

  /** @param active how many of its jobs are */
  info(active: number): ProviderInfo {
    const { name, type, capabilities, breaker, lastError } = this.provider
    const { list, cancel, logs } = capabilities
    return {
      name,
      type,
      capabilities: { list, cancel, logs },
      breaker,
      lastError,
      lastSyncAt: timeOrNull(this.syncedAt),
      activeJobs: active,
      polling: this.polling.mode,
      pollInterval: this.polling.interval,
      lastPollAt: timeOrNull(this.polledAt),
      webhook: this.webhook,
      unknownStatuses: [...this.#unknown].sort(),
    }
  }

  /** Asks for one job. @throws ProviderAnswerError when it tells of another one, and what it fails with itself. */
  async ask(externalId: string, signal: AbortSignal): Promise<ObservedJob> {
    const job = await this.provider.get(externalId, { signal })
    if (job.externalId === externalId) return job
    throw new ProviderAnswerError(`${this.name} was asked for job ${externalId}, and told of another one.`, {
      provider: this.name,
    })
  }

  /** Asks for a page of jobs: never more than so many, each once. */
  async page(...[query, call]: Parameters<JobProvider['list']>): ReturnType<JobProvider['list']> {
    const { jobs, ...rest } = await this.provider.list(query, call)
    const distinct = new Map<string, ObservedJob>()
    for (const job of jobs.slice(0, query.limit)) {
      if (!distinct.has(job.externalId)) distinct.set(job.externalId, job)
    }
    return { jobs: [...distinct.values()], ...rest }
  }

  /**
   * Takes in what it tells of jobs.
   * @param cause who noticed, in a sentence
   * @throws StoreError
   */
  take(jobs: readonly ObservedJob[], { cause, create }: { cause: string; create: boolean }): Observed {
    for (const job of jobs) if (job.status === null) this.#noteWord(job.externalStatus)
    const cancelled = jobs.filter((job) => this.#causeOf(job) !== undefined)
    const others = cancelled.length === 0 ? jobs : jobs.filter((job) => !cancelled.includes(job))
    const seen = [
      ...cancelled.map((job) => this.#observe([job], this.#causeOf(job)!, create)),
      ...(others.length === 0 ? [] : [this.#observe(others, cause, create)]),
    ]
    for (const { externalId } of cancelled) this.#cancelled.delete(externalId)
    return {
      created: seen.flatMap(({ created }) => created),
      updated: seen.flatMap(({ updated }) => updated),
    }
  }

  /** Somebody has a job cancelled: that is why, when it is. */
  cancelled(externalId: string, cause: string): void {
    this.#cancelled.set(externalId, cause)
  }

  /** It was not. */
  notCancelled(externalId: string): void {
    this.#cancelled.delete(externalId)
  }

  #causeOf({ externalId, status }: ObservedJob): string | undefined {
    return status === 'cancelled' ? this.#cancelled.get(externalId) : undefined
  }

  #observe(jobs: readonly ObservedJob[], cause: string, create: boolean): Observed {
    const { store, clock } = this.#context
    const at = clock.now()
    const worth = create ? jobs.filter((job) => !this.#isPast(job, at)) : jobs
    return store.observe(this.name, worth, { at, cause, create })
  }

  /** Whether it would be removed again as soon as it was taken in. */
  #isPast({ externalId, status, endedAt }: ObservedJob, at: number): boolean {
    const { store, keep = Infinity } = this.#context
    if (status === null || isActive(status) || status === 'stopped' || endedAt === undefined) return false
    return Date.parse(endedAt) < at - keep && store.find(this.name, externalId) === undefined
  }

  #noteWord(word: string | undefined): void {
    if (word !== undefined && this.#unknown.size < MOST_WORDS) this.#unknown.add(word.slice(0, LONGEST_WORD))
  }
}

const timeOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
