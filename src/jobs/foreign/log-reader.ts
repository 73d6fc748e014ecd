import { ProviderUnavailableError } from '../../errors/provider-errors.ts'
import type { ForeignRecord } from '../store/foreign-job-store.ts'
import { failureReason } from './failure-reason.ts'
import type { ForeignContext } from './foreign-context.ts'
import { RecentMap } from './recent-map.ts'
import { SingleFlight } from './single-flight.ts'
import type { WatchedProvider } from './watched-provider.ts'
import { within } from './within.ts'

/** Milliseconds within which a log is not read again. */
export const READ_AGAIN = 2_000
/** Milliseconds for all that one reading takes. */
const DEADLINE = 30_000
/** Lines per request, and in one reading. */
const PAGE = 1_000
const MOST_LINES = 20_000
/** Jobs of which it is remembered when their log was read. */
const MOST_JOBS = 10_000

interface Reading {
  /** By the monotonic clock. */
  readonly at: number
  readonly error: string | null
}

/** Reads the logs of jobs elsewhere, each as often as it is worth it, once for all who want it. */
export class LogReader {
  readonly #context: ForeignContext
  readonly #flights = new SingleFlight<string | null>()
  readonly #last = new RecentMap<string, Reading>(MOST_JOBS)

  constructor(context: ForeignContext) {
    this.#context = context
  }

  /** Never rejects. @returns why it could not be read; null: it was, or was a moment ago */
  read(record: ForeignRecord, watched: WatchedProvider): Promise<string | null> {
    const { clock } = this.#context
    if (!watched.provider.capabilities.logs) return Promise.resolve(null)
    const last = this.#last.get(record.id)
    if (last !== undefined && clock.monotonic() - last.at < READ_AGAIN) return Promise.resolve(last.error)
    return this.#flights.join(record.id, () => this.#readNow(record, watched))
  }

  settled(): Promise<void> {
    return this.#flights.settled()
  }

  async #readNow(record: ForeignRecord, watched: WatchedProvider): Promise<string | null> {
    const { clock, closing } = this.#context
    const late = (): Error =>
      new ProviderUnavailableError(`${watched.name} has not given the log within ${DEADLINE / 1_000} s`, {
        provider: watched.name,
      })
    let error: string | null = null
    try {
      await within({ clock, ms: DEADLINE, signal: closing, late }, (signal) =>
        this.#pages(record, watched, signal),
      )
    } catch (thrown) {
      error = failureReason(thrown)
    }
    this.#last.set(record.id, { at: clock.monotonic(), error })
    return error
  }

  async #pages(
    { id, externalId }: ForeignRecord,
    watched: WatchedProvider,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock } = this.#context
    for (let count = 0; count < MOST_LINES;) {
      const after = store.get(id)?.logLines
      if (after === undefined) return
      const lines = await watched.provider.logs(externalId, { after, limit: PAGE }, { signal })
      if (lines.length === 0 || signal.aborted) return
      const written = store.addLogs(id, after, lines.slice(0, PAGE), clock.now())
      // A provider that gives what is known already would do so for ever.
      if (written.length === 0) return
      count += lines.length
      if (lines.length < PAGE) return
    }
  }
}
