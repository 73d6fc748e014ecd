import { ProviderJobNotFoundError, ProviderUnavailableError } from '../../errors/provider-errors.ts'
import type { ForeignRecord } from '../store/foreign-job-store.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { goneJob } from './missing-jobs.ts'
import { cannotCancel } from './refusals.ts'
import { SingleFlight } from './single-flight.ts'
import type { WatchedProvider } from './watched-provider.ts'

/** What is done about one job at a time. */
export class SingleJobs {
  readonly #context: ForeignContext
  readonly #refreshes = new SingleFlight<void>()

  constructor(context: ForeignContext) {
    this.#context = context
  }

  /** @throws what its provider failed with, which is also remembered; StoreError */
  refresh(record: ForeignRecord, watched: WatchedProvider): Promise<void> {
    return this.#refreshes.join(record.id, () => this.#refreshNow(record, watched))
  }

  /**
   * Has a job cancelled, and then looks how it is, which may be as before: providers take their time.
   * @throws ProviderCannotError, and what its provider failed with
   */
  async cancel(
    { externalId, ...record }: ForeignRecord,
    watched: WatchedProvider,
    { cause, signal }: { readonly cause: string; readonly signal: AbortSignal },
  ): Promise<void> {
    const { name, provider } = watched
    if (!provider.capabilities.cancel) throw cannotCancel(name)
    watched.cancelled(externalId, cause)
    try {
      await provider.cancel(externalId, { signal })
    } catch (error) {
      // Where the answer got lost it may be cancelled all the same.
      if (!(error instanceof ProviderUnavailableError)) watched.notCancelled(externalId)
      throw error
    }
    await this.refresh({ ...record, externalId }, watched).catch(() => {})
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#refreshes.settled()
  }

  async #refreshNow({ id, externalId }: ForeignRecord, watched: WatchedProvider): Promise<void> {
    const { store, clock, closing } = this.#context
    const cause = `seen at ${watched.name}, on a refresh`
    let seen
    try {
      seen = await watched.ask(externalId, closing)
    } catch (error) {
      if (closing.aborted) throw error
      const lost = error instanceof ProviderJobNotFoundError && watched.missing.miss(externalId, clock.now())
      if (lost) watched.take([goneJob(watched.name, externalId)], { cause, create: false })
      else store.notRefreshed([id], failureReason(error))
      throw error
    }
    watched.missing.seen(externalId)
    watched.take([seen], { cause, create: false })
  }
}
