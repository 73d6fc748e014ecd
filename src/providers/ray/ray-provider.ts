import { ProviderCannotError, ProviderRefusedError } from '../../errors/provider-errors.ts'
import { isSettled } from '../../job/job-status.ts'
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
import { JobList } from '../wire/job-list.ts'
import { readJobs, UnreadableJob } from '../wire/read-jobs.ts'
import { readLog } from '../wire/read-log.ts'
import { rayLogsSchema, readRayJob } from './ray-wire.ts'

/**
 * Jobs of a Ray cluster, by the REST API of its dashboard. Ray gives the whole list at once and in no order, so it is put
 * in order and cut into pages here. Jobs of drivers that nobody submitted are among them; Ray can neither stop those nor
 * give their logs.
 */
export class RayProvider implements JobProvider {
  readonly name: string
  readonly type = 'ray'
  readonly capabilities = { list: true, cancel: true, logs: true } as const
  readonly #parts: ProviderParts
  readonly #list: JobList

  constructor(parts: ProviderParts) {
    this.name = parts.name
    this.#parts = parts
    this.#list = new JobList(parts.clock)
  }

  list(query: ListQuery, { signal }: ProviderCall): Promise<ObservedPage> {
    return this.#list.page(query, async () => {
      const { http, statuses } = this.#parts
      // Without the slash at its end Ray redirects.
      const { value } = await http.json({ url: http.url('api/jobs/'), signal })
      if (!Array.isArray(value)) throw http.unreadable('GET /api/jobs/', 'it is no list of jobs')
      return readJobs(value, (item) => readRayJob(item, statuses))
    })
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    const { http, statuses } = this.#parts
    const url = http.url('api/jobs/', externalId)
    const { value } = await http.json({ url, job: externalId, signal })
    const job = readRayJob(value, statuses)
    if (job instanceof UnreadableJob) throw http.unreadable(`GET ${url.pathname}`, job.why)
    return job
  }

  async cancel(externalId: string, { signal }: ProviderCall): Promise<void> {
    const { http } = this.#parts
    const url = http.url('api/jobs/', externalId, '/stop')
    try {
      await http.send({ method: 'POST', url, job: externalId, signal })
    } catch (error) {
      throw this.#asDriver(error, 'stop')
    }
  }

  logs(externalId: string, query: LogQuery, call: ProviderCall): Promise<readonly ObservedLine[]> {
    return readLog(query, {
      read: () => this.#log(externalId, call),
      isOver: async () => {
        const { status } = await this.get(externalId, call)
        return status !== null && isSettled(status)
      },
    })
  }

  close(): Promise<void> {
    this.#list.close()
    return Promise.resolve()
  }

  async #log(externalId: string, { signal }: ProviderCall): Promise<string> {
    const { http } = this.#parts
    const url = http.url('api/jobs/', externalId, '/logs')
    try {
      const { value } = await http.json({ url, job: externalId, signal })
      const { success, data } = rayLogsSchema.safeParse(value)
      if (!success) throw http.unreadable(`GET ${url.pathname}`, 'it has no logs')
      return data.logs ?? ''
    } catch (error) {
      throw this.#asDriver(error, 'get the logs of')
    }
  }

  /** Ray answers 400 to what can be done to submitted jobs only. */
  #asDriver(error: unknown, what: string): unknown {
    if (!(error instanceof ProviderRefusedError) || error.status !== 400) return error
    return new ProviderCannotError(
      `Ray can ${what} jobs that were submitted through its API only (${error.message.split('\n', 1)[0]})`,
      { provider: this.name, cause: error, remedy: 'look after this job where it was started' },
    )
  }
}
