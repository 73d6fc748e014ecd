import { type Redact, redactAll } from '../util/redact.ts'
import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
  ProviderCapabilities,
} from './job-provider.ts'

/** Hides secrets in what a provider tells of its jobs: one that echoes its token tells it to nobody else. */
export class RedactingProvider implements JobProvider {
  readonly #inner: JobProvider
  readonly #redact: Redact

  constructor(inner: JobProvider, redact: Redact) {
    this.#inner = inner
    this.#redact = redact
  }

  get name(): string {
    return this.#inner.name
  }

  get type(): string {
    return this.#inner.type
  }

  get capabilities(): ProviderCapabilities {
    return this.#inner.capabilities
  }

  async list(query: ListQuery, call: ProviderCall): Promise<ObservedPage> {
    const { jobs, next, unreadable } = await this.#inner.list(query, call)
    const page = { jobs: redactAll(this.#redact, jobs), next }
    return unreadable === undefined ? page : { ...page, unreadable }
  }

  async get(externalId: string, call: ProviderCall): Promise<ObservedJob> {
    return redactAll(this.#redact, await this.#inner.get(externalId, call))
  }

  cancel(externalId: string, call: ProviderCall): Promise<void> {
    return this.#inner.cancel(externalId, call)
  }

  async logs(externalId: string, query: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]> {
    return redactAll(this.#redact, await this.#inner.logs(externalId, query, call))
  }

  get webhook(): JobProvider['webhook'] {
    if (this.#inner.webhook === undefined) return undefined
    return (body) => {
      const job = this.#inner.webhook!(body)
      return job === null ? null : redactAll(this.#redact, job)
    }
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
