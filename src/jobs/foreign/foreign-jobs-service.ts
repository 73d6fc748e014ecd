import { setMaxListeners } from 'node:events'
import { ServerBusyError } from '../../errors/job-server-errors.ts'
import { isActive } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { ProviderInfo, RefreshReport, SyncResult } from '../../protocol/provider-info.ts'
import type { ObservedJob } from '../../providers/job-provider.ts'
import type { ForeignRecord } from '../store/foreign-job-store.ts'
import { ActiveRefresh } from './active-refresh.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import type { ForeignJobs, ProviderFigures, RefreshOptions, SyncOptions } from './foreign-jobs.ts'
import { LogFollowers } from './log-followers.ts'
import { LogReader } from './log-reader.ts'
import { ProviderPoller } from './provider-poller.ts'
import { cannotList, noProvider, providerGone } from './refusals.ts'
import type { ServedProvider } from './served-provider.ts'
import { SingleFlight } from './single-flight.ts'
import { SingleJobs } from './single-jobs.ts'
import { syncMessage, type SyncOutcome } from './sync-message.ts'
import { syncProvider } from './sync-provider.ts'
import { untilAborted } from './until-aborted.ts'
import { WatchedProvider } from './watched-provider.ts'

/** Jobs of each provider that a sync looks at, unless it is told another number. */
export const SYNC_LIMIT = 100

export interface ForeignJobsParts {
  readonly context: Omit<ForeignContext, 'closing'>
  readonly providers: readonly ServedProvider[]
  /** All there is to say of a job. @throws JobNotFoundError */
  readonly info: (id: string) => JobInfo
  /** What the leases of this server are known by. */
  readonly owner: string
}

/** Asks providers for their jobs, when told to and by itself. */
export class ForeignJobsService implements ForeignJobs {
  readonly #context: ForeignContext
  readonly #closing = new AbortController()
  readonly #info: (id: string) => JobInfo
  readonly #watched: ReadonlyMap<string, WatchedProvider>
  readonly #pollers: ReadonlyMap<string, ProviderPoller>
  readonly #syncs = new SingleFlight<SyncOutcome>()
  readonly #single: SingleJobs
  readonly #active: ActiveRefresh
  readonly #logs: LogReader
  readonly #followers: LogFollowers
  #closed: Promise<void> | undefined

  constructor({ context, providers, info, owner }: ForeignJobsParts) {
    // Everything that is under way listens to it.
    setMaxListeners(0, this.#closing.signal)
    this.#context = { ...context, closing: this.#closing.signal }
    this.#info = info
    const watched = providers.map((served) => new WatchedProvider(served, this.#context))
    this.#watched = new Map(watched.map((each) => [each.name, each]))
    this.#pollers = new Map(
      watched.flatMap((each) => {
        const { interval } = each.polling
        if (interval === null) return []
        const details = { interval, owner }
        return [[each.name, new ProviderPoller(each, this.#context, details)]]
      }),
    )
    this.#active = new ActiveRefresh(this.#context)
    this.#single = new SingleJobs(this.#context)
    this.#logs = new LogReader(this.#context)
    this.#followers = new LogFollowers(this.#context, (job) => this.#readOn(job))
  }

  /** Begins to poll. */
  open(): void {
    for (const poller of this.#pollers.values()) poller.open()
  }

  get providers(): readonly ProviderInfo[] {
    const counts = this.#context.store.activeCounts()
    return [...this.#watched.values()].map((watched) => watched.info(counts[watched.name] ?? 0))
  }

  provider(name: string): ProviderInfo {
    return this.#find(name).info(this.#context.store.activeCounts()[name] ?? 0)
  }

  async sync({ provider, limit = SYNC_LIMIT, by, signal }: SyncOptions): Promise<SyncResult> {
    const listed = [...this.#watched.values()].filter((watched) => watched.provider.capabilities.list)
    const chosen = provider === undefined ? listed : [this.#listable(provider)]
    const work = chosen.map((watched) =>
      this.#syncs.join(`${watched.name} ${limit}`, () => syncProvider(watched, this.#context, { limit, by })),
    )
    const outcomes = await untilAborted(Promise.all(work), signal)
    return {
      synced: sum(outcomes.map(({ synced }) => synced)),
      updated: sum(outcomes.map(({ created, changed }) => created + changed)),
      message: syncMessage(outcomes),
      failed: outcomes.flatMap(({ provider: name, error }) =>
        error === null ? [] : [{ provider: name, error }],
      ),
      unknownStatuses: outcomes.flatMap(({ provider: name, unknownStatuses }) =>
        unknownStatuses.map((status) => ({ provider: name, status })),
      ),
    }
  }

  async refreshActive({ deadline, providers, signal }: RefreshOptions): Promise<RefreshReport> {
    const active = Object.entries(this.#context.store.activeCounts())
      .filter(([name, count]) => count > 0 && (providers?.includes(name) ?? true))
      .map(([name]) => name)
    const watched = active.flatMap((name) => this.#watched.get(name) ?? [])
    const gone = active.filter((name) => !this.#watched.has(name))
    return this.#active.refresh(watched, gone, { deadline, signal })
  }

  async refresh(id: string, signal?: AbortSignal): Promise<JobInfo> {
    const record = this.#context.store.get(id)
    if (record !== undefined) {
      await untilAborted(this.#single.refresh(record, this.#providerOf(record)), signal)
    }
    return this.#info(id)
  }

  async refreshLogs(id: string, signal?: AbortSignal): Promise<string | null> {
    try {
      const record = this.#context.store.get(id)
      if (record === undefined) return null
      return await untilAborted(this.#logs.read(record, this.#providerOf(record)), signal)
    } catch (error) {
      return failureReason(error)
    }
  }

  followLogs(id: string): () => void {
    return this.#context.store.get(id) === undefined ? () => {} : this.#followers.follow(id)
  }

  async cancel(id: string, cause: string, signal?: AbortSignal): Promise<JobInfo> {
    const record = this.#context.store.get(id)
    if (record !== undefined && isActive(record.status)) {
      const told = { cause, signal: signal ?? this.#closing.signal }
      await this.#single.cancel(record, this.#providerOf(record), told)
    }
    return this.#info(id)
  }

  observe(provider: string, job: ObservedJob, cause: string): void {
    const watched = this.#find(provider)
    watched.take([job], { cause, create: true })
    watched.missing.seen(job.externalId)
  }

  get figures(): readonly ProviderFigures[] {
    const counts = this.#context.store.activeCounts()
    return [...this.#watched.values()].map(({ name, provider }) => {
      const { done, failed, age } = this.#pollers.get(name)?.figures ?? { done: 0, failed: 0, age: null }
      const { breaker } = provider
      return { name, breaker, activeJobs: counts[name] ?? 0, polls: { done, failed }, pollAge: age }
    })
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#followers.close()
    this.#closing.abort(
      new ServerBusyError('the server is closing', { remedy: 'try again when it has started' }),
    )
    await Promise.all([...this.#pollers.values()].map((poller) => poller.close()))
    await Promise.allSettled([...this.#watched.values()].map(({ provider }) => provider.close()))
    await Promise.all([this.#syncs, this.#single, this.#active, this.#logs].map((work) => work.settled()))
  }

  async #readOn(id: string): Promise<boolean | undefined> {
    const { store, closing } = this.#context
    try {
      const before = store.get(id)
      if (before === undefined) return undefined
      const error = await this.refreshLogs(id)
      const after = closing.aborted ? undefined : store.get(id)
      if (after === undefined) return undefined
      return after.logLines > before.logLines || (isActive(after.status) && error === null)
    } catch {
      // The database is out of order, for now.
      return false
    }
  }

  #find(name: string): WatchedProvider {
    const watched = this.#watched.get(name)
    if (watched === undefined) throw noProvider(name)
    return watched
  }

  #listable(name: string): WatchedProvider {
    const watched = this.#find(name)
    if (!watched.provider.capabilities.list) throw cannotList(name)
    return watched
  }

  #providerOf({ provider }: ForeignRecord): WatchedProvider {
    const watched = this.#watched.get(provider)
    if (watched === undefined) throw providerGone(provider)
    return watched
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
