import { ProviderUnavailableError } from '../../errors/provider-errors.ts'
import type { ObservedJob } from '../../providers/job-provider.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { inParallel } from './in-parallel.ts'
import { isWhole } from './listing.ts'
import type { SyncOutcome } from './sync-message.ts'
import type { WatchedProvider } from './watched-provider.ts'
import { within } from './within.ts'

/** Jobs per request. */
const PAGE = 100
/** Milliseconds for a thousand jobs, begun or whole. */
const DEADLINE = 30_000
/** Milliseconds for the errors of failed jobs, page by page, of which the list does not tell. */
const ERRORS_DEADLINE = 10_000
/** Pages in a row without a job that had not been on one before: the list goes in circles. */
const NOTHING_NEW = 3
/** Words for statuses that are told of. */
const MOST_WORDS = 20

export interface SyncOrder {
  /** Jobs to look at, newest first. */
  readonly limit: number
  /** Who wants it. */
  readonly by: string
}

/**
 * Takes in the newest jobs of a provider, those that are not known as well as those that are. What it fails with is part
 * of the outcome, beside what was learned before.
 * @throws StoreError, and the reason of the signal
 */
export async function syncProvider(
  watched: WatchedProvider,
  context: ForeignContext,
  order: SyncOrder,
): Promise<SyncOutcome> {
  const { clock, closing } = context
  const sync = new ProviderSync(watched, context, order)
  const ms = DEADLINE * Math.ceil(order.limit / 1_000)
  const late = (): Error =>
    new ProviderUnavailableError(`${watched.name} has not told of all jobs within ${ms / 1_000} s`, {
      provider: watched.name,
    })
  await within({ clock, ms, signal: closing, late }, (signal) => sync.run(signal)).catch((error: unknown) => {
    if (closing.aborted || sync.broken) throw error
    sync.outcome.error = failureReason(error)
  })
  if (sync.outcome.error === null) watched.syncedAt = clock.now()
  return sync.outcome
}

class ProviderSync {
  readonly outcome: { -readonly [Key in keyof SyncOutcome]: SyncOutcome[Key] }
  /** Whether it was the store that failed. */
  broken = false
  readonly #watched: WatchedProvider
  readonly #context: ForeignContext
  readonly #order: SyncOrder
  readonly #seen = new Set<string>()

  constructor(watched: WatchedProvider, context: ForeignContext, order: SyncOrder) {
    this.#watched = watched
    this.#context = context
    this.#order = order
    this.outcome = {
      ...{ provider: watched.name, synced: 0, created: 0, changed: 0, unreadable: 0 },
      ...{ error: null, unknownStatuses: [] },
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { limit } = this.#order
    let cursor: string | undefined
    for (let dry = 0; this.#seen.size < limit && dry < NOTHING_NEW;) {
      const query = { limit: Math.min(PAGE, limit - this.#seen.size), ...(cursor && { cursor }) }
      const { jobs, next, unreadable = [] } = await this.#watched.page(query, { signal })
      this.outcome.unreadable += unreadable.length
      const fresh = jobs.filter(({ externalId }) => !this.#seen.has(externalId))
      dry = fresh.length === 0 ? dry + 1 : 0
      const whole = await this.#withErrors(fresh, signal)
      // Somebody has been told by now that time is up.
      if (signal.aborted) return
      this.#take(whole)
      if (next === null) return
      cursor = next
    }
  }

  #take(jobs: readonly ObservedJob[]): void {
    const { name } = this.#watched
    const words = jobs.flatMap(({ status, externalStatus }) =>
      status === null ? [externalStatus ?? ''] : [],
    )
    try {
      const cause = `seen at ${name}, in a sync by ${this.#order.by}`
      const { created, updated } = this.#watched.take(jobs, { cause, create: true })
      for (const { externalId } of jobs) this.#seen.add(externalId)
      const { outcome } = this
      outcome.synced += jobs.length
      outcome.created += created.length
      outcome.changed += updated.length
      outcome.unknownStatuses = [...new Set([...outcome.unknownStatuses, ...words])].slice(0, MOST_WORDS)
    } catch (error) {
      this.broken = true
      throw error
    }
  }

  /** A list may say that a job failed, and not why. What cannot be learned in time comes without. */
  async #withErrors(jobs: readonly ObservedJob[], signal: AbortSignal): Promise<readonly ObservedJob[]> {
    const { store, clock } = this.#context
    const { name } = this.#watched
    const bare = jobs.filter((job) => !isWhole(job) && store.find(name, job.externalId)?.status !== 'failed')
    if (bare.length === 0) return jobs
    const whole = new Map<string, ObservedJob>()
    const late = (): Error => new Error('time is up')
    await within({ clock, ms: ERRORS_DEADLINE, signal, late }, (inTime) =>
      inParallel(bare, this.#watched.concurrency, async ({ externalId }) => {
        whole.set(externalId, await this.#watched.ask(externalId, inTime))
      }),
    ).catch(() => {})
    return jobs.map((job) => whole.get(job.externalId) ?? job)
  }
}
