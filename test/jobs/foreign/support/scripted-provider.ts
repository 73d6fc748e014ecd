import { ProviderJobNotFoundError } from '../../../../src/errors/provider-errors.ts'
import type { HealthyProvider } from '../../../../src/jobs/foreign/served-provider.ts'
import type {
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
} from '../../../../src/providers/job-provider.ts'

type Method = 'list' | 'get' | 'cancel' | 'logs'

/** A provider that does what a test says, and counts what it is asked. */
export class ScriptedProvider implements HealthyProvider {
  readonly name: string
  readonly type = 'http'
  capabilities = { list: true, cancel: true, logs: true }
  breaker: HealthyProvider['breaker'] = 'closed'
  lastError: string | null = null
  pause = 0
  closed = false
  /** In the order in which they were made. */
  readonly jobs = new Map<string, ObservedJob>()
  readonly lines = new Map<string, ObservedLine[]>()
  /** Why jobs of a page cannot be understood. */
  unreadable: readonly string[] | undefined
  readonly calls: Record<Method, number> = { list: 0, get: 0, cancel: 0, logs: 0 }
  /** External ids, in the order of requests. */
  readonly got: string[] = []
  /** Requests under way, now and at most so far. */
  running = 0
  mostRunning = 0
  /** Called for every request, before it is answered: throws, or takes its time. */
  before: (method: Method, id: string, call: ProviderCall) => unknown = () => {}

  constructor(name = 'ray') {
    this.name = name
  }

  get requests(): number {
    return this.calls.list + this.calls.get + this.calls.cancel + this.calls.logs
  }

  /** @param count of new jobs `j1`, `j2`, ... */
  fill(count: number, status: ObservedJob['status'] = 'running'): void {
    for (let i = 0; i < count; i++) this.put({ externalId: `j${this.jobs.size + 1}`, status })
  }

  put(job: ObservedJob): void {
    this.jobs.set(job.externalId, { ...this.jobs.get(job.externalId), ...job })
  }

  list({ cursor, limit }: ListQuery, call: ProviderCall): Promise<ObservedPage> {
    return this.#request('list', '', call, () => {
      const newest = [...this.jobs.values()].reverse()
      const from = Number(cursor ?? 0)
      const next = from + limit < newest.length ? String(from + limit) : null
      const page = { jobs: newest.slice(from, from + limit), next }
      return this.unreadable === undefined ? page : { ...page, unreadable: this.unreadable }
    })
  }

  get(id: string, call: ProviderCall): Promise<ObservedJob> {
    this.got.push(id)
    return this.#request('get', id, call, () => this.#job(id))
  }

  cancel(id: string, call: ProviderCall): Promise<void> {
    return this.#request('cancel', id, call, () => this.put({ ...this.#job(id), status: 'cancelled' }))
  }

  logs(id: string, { after, limit }: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]> {
    return this.#request('logs', id, call, () => (this.lines.get(id) ?? []).slice(after, after + limit))
  }

  async close(): Promise<void> {
    this.closed = true
  }

  #job(id: string): ObservedJob {
    const job = this.jobs.get(id)
    if (job !== undefined) return job
    throw new ProviderJobNotFoundError(`${this.name} has no job ${id}`, {
      provider: this.name,
      externalId: id,
    })
  }

  async #request<T>(method: Method, id: string, call: ProviderCall, answer: () => T): Promise<T> {
    this.calls[method]++
    this.running++
    this.mostRunning = Math.max(this.mostRunning, this.running)
    try {
      await this.before(method, id, call)
      return answer()
    } finally {
      this.running--
    }
  }
}

/** Never answers, and heeds no signal. */
export const hanging = (): Promise<never> => new Promise(() => {})

/** Answers when it is given up only. */
export const waiting: ScriptedProvider['before'] = (_method, _id, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
