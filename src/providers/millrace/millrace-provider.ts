import { JobManagerClient } from '../../client/job-manager-client.ts'
import type { ClientFetch } from '../../client/client-options.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import { type WebhookMessage, webhookMessageSchema } from '../../protocol/webhook-message.ts'
import type { Clock } from '../../time/clock.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import type { Redact } from '../../util/redact.ts'
import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
} from '../job-provider.ts'
import type { StatusTable } from '../status-tables.ts'
import { jobError } from '../wire/job-error.ts'
import { isPathPart } from '../wire/path-part.ts'
import { UnreadableJob } from '../wire/read-jobs.ts'
import { unreadableWebhook } from '../wire/unreadable-webhook.ts'
import { explainRefusal, noSuchJob } from './explain-refusal.ts'
import { observedJob, observedSummary } from './observed-summary.ts'

/** Jobs that a page of a job server has at most. */
const LONGEST_PAGE = 200
/** Lines that an answer of a job server has at most. */
const MOST_LINES = 1_000

export interface MillraceProviderOptions {
  readonly name: string
  readonly url: string
  readonly token: string | undefined
  readonly statuses: StatusTable
  /** Hides what is secret, in what errors show of answers. */
  readonly redact: Redact
  readonly fetch?: ClientFetch | undefined
  readonly clock?: Clock | undefined
}

/**
 * The jobs of another job server: those that run there. Jobs that it knows of other providers are not taken over, or two
 * servers that are each other's providers would hand the same jobs to and fro.
 */
export class MillraceProvider implements JobProvider {
  readonly name: string
  readonly type = 'millrace'
  readonly capabilities = { list: true, cancel: true, logs: true } as const
  readonly #client: JobManagerClient
  readonly #statuses: StatusTable
  readonly #redact: Redact

  constructor({ name, url, token, statuses, redact, fetch, clock }: MillraceProviderOptions) {
    this.name = name
    this.#statuses = statuses
    this.#redact = redact
    // Timeouts and repetitions are the guard's.
    const retry = { attempts: 0 }
    this.#client = new JobManagerClient({ url, token, fetch, clock, retry, timeout: LONGEST_DELAY })
  }

  async list({ cursor, limit }: ListQuery, { signal }: ProviderCall): Promise<ObservedPage> {
    const query = { cursor, limit: Math.min(limit, LONGEST_PAGE), provider: ['local'] }
    const { items, next } = await this.#ask(signal, () => this.#client.jobs.list(query, { signal }))
    return { jobs: items.filter(isLocal).map((job) => observedSummary(job, this.#statuses)), next }
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    const job = await this.#ask(signal, () => this.#client.jobs.get(externalId, { signal }), externalId)
    if (!isLocal(job)) throw noSuchJob(this.name, externalId)
    return observedJob(job, this.#statuses)
  }

  async cancel(externalId: string, { signal }: ProviderCall): Promise<void> {
    await this.#ask(signal, () => this.#client.jobs.cancel(externalId, { signal }), externalId)
  }

  async logs(
    externalId: string,
    { after, limit }: LogQuery,
    { signal }: ProviderCall,
  ): Promise<readonly ObservedLine[]> {
    const query = { after, limit: Math.min(limit, MOST_LINES), signal }
    const { lines } = await this.#ask(signal, () => this.#client.jobs.logs(externalId, query), externalId)
    return lines
  }

  /** What a subscription of that server sends, of whatever event. What a job is deleted there for does not concern it here. */
  webhook(body: unknown): ObservedJob | null {
    const { type } = Object(body) as { readonly type?: unknown }
    if (typeof type !== 'string') throw unreadableWebhook(this.name, 'it has no type')
    if (type !== 'job_submitted' && type !== 'job_status_changed') return null
    const { success, data: message, error } = webhookMessageSchema.safeParse(body)
    if (!success) throw unreadableWebhook(this.name, UnreadableJob.of(error).why)
    const { job } = message.data as Extract<WebhookMessage, { readonly type: typeof type }>['data']
    return isLocal(job) ? { ...observedSummary(job, this.#statuses), ...failureIn(message) } : null
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #ask<T>(signal: AbortSignal, call: () => Promise<T>, externalId?: string): Promise<T> {
    if (externalId !== undefined && !isPathPart(externalId)) throw noSuchJob(this.name, externalId)
    try {
      return await call()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw explainRefusal({ provider: this.name, redact: this.#redact }, error, externalId)
    }
  }
}

function isLocal({ provider }: JobSummary): boolean {
  return provider === 'local'
}

/** A webhook has no error, and why a job has failed is what it failed with. */
function failureIn(message: WebhookMessage): Pick<ObservedJob, 'error'> {
  if (message.type !== 'job_status_changed' || message.data.new_status !== 'failed') return {}
  return { error: jobError(message.data.cause) }
}
