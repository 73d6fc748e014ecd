import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
} from '../job-provider.ts'
import type { ProviderParts } from '../provider-parts.ts'
import { cutPage, placeIn } from '../wire/cut-page.ts'
import { overAnyway } from '../wire/over-anyway.ts'
import { readJobs, UnreadableJob } from '../wire/read-jobs.ts'
import { unreadableWebhook } from '../wire/unreadable-webhook.ts'
import { predictionsSchema, type Price, readPrediction } from './replicate-wire.ts'

/** Predictions of Replicate. Its pages have 100 of them, newest first, for whoever asks for less they are cut. */
export class ReplicateProvider implements JobProvider {
  readonly name: string
  readonly type = 'replicate'
  readonly capabilities = { list: true, cancel: true, logs: true } as const
  readonly #parts: ProviderParts
  readonly #price: Price

  constructor(parts: ProviderParts, price?: Price) {
    this.name = parts.name
    this.#parts = parts
    this.#price = price
  }

  async list({ cursor, limit }: ListQuery, { signal }: ProviderCall): Promise<ObservedPage> {
    const { http, statuses } = this.#parts
    const place = placeIn(cursor)
    const url = http.url('predictions')
    if (place.cursor !== undefined) url.searchParams.set('cursor', place.cursor)
    const { value } = await http.json({ url, signal })
    const { success, data } = predictionsSchema.safeParse(value)
    if (!success) throw http.unreadable(`GET ${url.pathname}`, 'it is no list of predictions')
    const { jobs, unreadable } = readJobs(data.results, (item) => readPrediction(item, statuses, this.#price))
    const next = this.#cursorIn(data.next ?? null, url)
    return { ...cutPage(jobs, place, limit, next), unreadable }
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    const { http, statuses } = this.#parts
    const url = http.url('predictions/', externalId)
    const { value } = await http.json({ url, job: externalId, signal })
    const job = readPrediction(value, statuses, this.#price)
    if (job instanceof UnreadableJob) throw http.unreadable(`GET ${url.pathname}`, job.why)
    return job
  }

  async cancel(externalId: string, call: ProviderCall): Promise<void> {
    const { http } = this.#parts
    const url = http.url('predictions/', externalId, '/cancel')
    try {
      await http.send({ method: 'POST', url, job: externalId, signal: call.signal })
    } catch (error) {
      await overAnyway(error, () => this.get(externalId, call))
    }
  }

  /** They come with the prediction. */
  async logs(
    externalId: string,
    { after, limit }: LogQuery,
    call: ProviderCall,
  ): Promise<readonly ObservedLine[]> {
    const { logs = [] } = await this.get(externalId, call)
    return logs.slice(after, after + limit)
  }

  /** It is the prediction, as `get` answers it. */
  webhook(body: unknown): ObservedJob {
    const job = readPrediction(body, this.#parts.statuses, this.#price)
    if (job instanceof UnreadableJob) throw unreadableWebhook(this.name, job.why)
    return job
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Only the cursor of the URL is taken: wherever it leads, the next page is asked for where this one was. */
  #cursorIn(next: string | null, asked: URL): string | null {
    if (next === null) return null
    const { http } = this.#parts
    const cursor = URL.canParse(next, http.base.href)
      ? new URL(next, http.base).searchParams.get('cursor')
      : null
    if (cursor === null || cursor === '') {
      throw http.unreadable(`GET ${asked.pathname}`, 'the next page has no cursor')
    }
    if (cursor === asked.searchParams.get('cursor')) {
      throw http.unreadable(`GET ${asked.pathname}`, 'the next page is the page itself')
    }
    return cursor
  }
}
