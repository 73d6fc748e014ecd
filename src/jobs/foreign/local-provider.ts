import { JobNotFoundError } from '../../errors/job-server-errors.ts'
import { ProviderJobNotFoundError } from '../../errors/provider-errors.ts'
import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import { observedJob, observedSummary } from '../../providers/millrace/observed-summary.ts'
import type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
} from '../../providers/job-provider.ts'
import { StatusTable, statusTables } from '../../providers/status-tables.ts'
import type { JobManager } from '../job-manager.ts'
import { LOCAL } from '../store/job-changes.ts'

/** Jobs that a page of a manager has at most. */
const LONGEST_PAGE = 200

/** A server's own jobs as any provider tells of its own: what is written for providers works on them too. */
export class LocalProvider implements JobProvider {
  readonly name: string = LOCAL
  readonly type = 'local'
  readonly capabilities = { list: true, cancel: true, logs: true } as const
  readonly #manager: Pick<JobManager, 'list' | 'get' | 'cancel' | 'logs'>
  readonly #statuses = new StatusTable(statusTables.millrace)

  constructor(manager: Pick<JobManager, 'list' | 'get' | 'cancel' | 'logs'>) {
    this.#manager = manager
  }

  async list({ cursor, limit }: ListQuery, { signal }: ProviderCall): Promise<ObservedPage> {
    signal.throwIfAborted()
    const page = { provider: [LOCAL], limit: Math.min(limit, LONGEST_PAGE) }
    const { items, next } = this.#manager.list(cursor === undefined ? page : { ...page, cursor })
    return { jobs: items.map((job) => observedSummary(job, this.#statuses)), next }
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    signal.throwIfAborted()
    return observedJob(this.#own(externalId), this.#statuses)
  }

  async cancel(externalId: string, { signal }: ProviderCall): Promise<void> {
    signal.throwIfAborted()
    this.#own(externalId)
    this.#manager.cancel(externalId, 'cancelled as a job of the provider `local`')
  }

  async logs(
    externalId: string,
    { after, limit }: LogQuery,
    { signal }: ProviderCall,
  ): Promise<readonly ObservedLine[]> {
    signal.throwIfAborted()
    this.#own(externalId)
    return this.#manager.logs(externalId, after, limit).lines
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** @throws ProviderJobNotFoundError also for a job that runs elsewhere. */
  #own(externalId: string): JobInfo {
    const job = this.#find(externalId)
    if (job !== undefined && isOwn(job)) return job
    throw new ProviderJobNotFoundError(`There is no job '${externalId.slice(0, 200)}' of this server's own`, {
      provider: LOCAL,
      externalId,
      remedy: 'look at the id; a job that runs elsewhere is one of its own provider',
    })
  }

  #find(externalId: string): JobInfo | undefined {
    try {
      return this.#manager.get(externalId)
    } catch (error) {
      if (error instanceof JobNotFoundError) return undefined
      throw error
    }
  }
}

function isOwn({ provider }: JobSummary): boolean {
  return provider === LOCAL
}
