import { randomUUID } from 'node:crypto'
import { checkpointListSchema, type LogPage, logPageSchema } from '../protocol/answers.ts'
import { type JobHistory, jobHistorySchema } from '../protocol/job-history.ts'
import {
  type CheckpointInfo,
  checkpointInfoSchema,
  type JobInfo,
  jobInfoSchema,
  type JobSummary,
  type JobTransition,
  jobTransitionSchema,
} from '../protocol/job-info.ts'
import { type JobList, jobListSchema } from '../protocol/job-list.ts'
import { type Page, pageSchema } from '../protocol/page.ts'
import { type SyncResult, syncResultSchema } from '../protocol/provider-info.ts'
import type { SubmissionInput } from '../protocol/submission.ts'
import { JobNotFoundError } from '../errors/job-server-errors.ts'
import type {
  CollectedOptions,
  DeleteJobOptions,
  HistoryOptions,
  JobListQuery,
  LogFilter,
  LogQuery,
  PageQuery,
  RestartJobOptions,
  StopJobOptions,
  SubmitJobOptions,
  SyncJobsOptions,
} from './jobs-options.ts'
import { readBytes, readJson } from './read-answer.ts'
import type { Call, CallOptions, Query, Transport } from './transport.ts'

/** Milliseconds for a provider to be asked; a server gives one 30 s. */
const ASKING = 60_000
/** Milliseconds for what takes as long as a job takes. */
const SLOW = 300_000

const pageOfTransitions = pageSchema(jobTransitionSchema)

const jobs = 'api/v1/jobs'
const pathOf = (id: string, part = ''): string => `${jobs}/${encodeURIComponent(id)}${part}`

/**
 * Jobs of a server. Obtained as `client.jobs`. Every method rejects with JobNotFoundError for a job that is not there,
 * ServerUnreachableError where no answer comes, and ProtocolError for one that is not what it should be.
 */
export class JobsApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Queues a job. The files of its program must have been uploaded. However often it has to be sent, it is one job.
   * @throws MissingFilesError, IdempotencyConflictError, QueueFullError
   */
  submit(submission: SubmissionInput, options: SubmitJobOptions = {}): Promise<JobInfo> {
    const { idempotencyKey = randomUUID(), ...callOptions } = options
    return this.#job(
      {
        method: 'POST',
        path: jobs,
        headers: { 'idempotency-key': idempotencyKey },
        json: submission,
        repeatable: true,
      },
      callOptions,
    )
  }

  /** A page of jobs. @throws InvalidCursorError */
  list({ syncActive, ...query }: JobListQuery = {}, options?: CallOptions): Promise<JobList> {
    return this.#get(jobs, { ...query, sync_active: syncActive }, options, (response, label) =>
      readJson(response, label, jobListSchema),
    )
  }

  /** All of them, asked for page by page as they are taken. Providers are asked before the first. */
  async *listAll(
    query: Omit<JobListQuery, 'cursor' | 'offset'> = {},
    options?: CallOptions,
  ): AsyncGenerator<JobSummary, void, void> {
    let cursor: string | undefined
    do {
      const syncActive = cursor === undefined ? query.syncActive : undefined
      const { items, next } = await this.list({ limit: 200, ...query, syncActive, cursor }, options)
      yield* items
      cursor = next ?? undefined
    } while (cursor !== undefined)
  }

  get(id: string, options?: CallOptions): Promise<JobInfo> {
    return this.#job({ method: 'GET', path: pathOf(id), repeatable: true }, options)
  }

  /** @internal The job as it is, asked for once. */
  look(id: string, signal: AbortSignal): Promise<JobInfo> {
    return this.#job({ method: 'GET', path: pathOf(id), repeatable: true, attempts: 0 }, { signal })
  }

  /**
   * Looks for jobs at providers: takes in the newest of each, those that are not known and what is new of those that are.
   * Resolves also where providers cannot be asked: `failed` says which, and why. May take up to 5 minutes unless
   * `timeout` is given. @throws ApiError with ERR_PROVIDER_NOT_FOUND
   */
  sync({ provider, limit, timeout = SLOW, signal }: SyncJobsOptions = {}): Promise<SyncResult> {
    const query = { provider, limit }
    const read: Call<SyncResult>['read'] = (response, label) => readJson(response, label, syncResultSchema)
    const call = { method: 'POST', path: `${jobs}/sync`, json: {}, query, repeatable: true, read } as const
    return this.#transport.call(call, { timeout, signal })
  }

  /**
   * Asks a job's provider how it is; the server's own jobs are always as they are. @throws ApiError with the code of what
   * the provider failed with, as ERR_PROVIDER_UNAVAILABLE.
   */
  refresh(id: string, { timeout = ASKING, signal }: CallOptions = {}): Promise<JobInfo> {
    return this.#job(
      { method: 'POST', path: pathOf(id, '/refresh'), json: {}, repeatable: true },
      { timeout, signal },
    )
  }

  /** Tells a job to end, and resolves when that is written down. One that is over is left as it is. */
  stop(id: string, { savepoint, ...options }: StopJobOptions = {}): Promise<JobInfo> {
    return this.#job(
      { method: 'POST', path: pathOf(id, '/stop'), json: { savepoint }, repeatable: true },
      options,
    )
  }

  /** Aborts a job, wherever it runs. One that is over is left as it is. */
  cancel(id: string, { timeout = ASKING, signal }: CallOptions = {}): Promise<JobInfo> {
    return this.#job(
      { method: 'POST', path: pathOf(id, '/cancel'), json: {}, repeatable: true },
      { timeout, signal },
    )
  }

  /** Queues a stopped job again. Not repeated when its answer got lost. @throws IllegalTransitionError */
  continue(id: string, options?: CallOptions): Promise<JobInfo> {
    return this.#job({ method: 'POST', path: pathOf(id, '/continue'), json: {}, repeatable: false }, options)
  }

  /**
   * Queues a new job of the same program, which begins as that one did and names it in `restartedFrom`. With `force` it
   * resolves when the process of the old one is gone. However often it has to be sent, it makes one job.
   * @throws JobActiveError; InvalidArgumentError where secrets are missing; what `submit` throws
   */
  restart(id: string, { force, secrets, ...options }: RestartJobOptions = {}): Promise<JobInfo> {
    const { idempotencyKey = randomUUID(), timeout, signal } = options
    return this.#job(
      {
        method: 'POST',
        path: pathOf(id, '/restart'),
        headers: { 'idempotency-key': idempotencyKey },
        json: { force, secrets },
        repeatable: true,
      },
      { signal, timeout: timeout ?? (force === true ? SLOW : undefined) },
    )
  }

  /**
   * Saves a job's state while it runs on; resolves when the savepoint is complete, which may take up to 5 minutes unless
   * `timeout` is given. Not repeated when its answer got lost.
   * @throws JobNotRunningError, and what the job says went wrong.
   */
  savepoint(id: string, { timeout = SLOW, signal }: CallOptions = {}): Promise<CheckpointInfo> {
    return this.#transport.call(
      {
        method: 'POST',
        path: pathOf(id, '/savepoint'),
        json: {},
        repeatable: false,
        read: (response, label) => readJson(response, label, checkpointInfoSchema),
      },
      { timeout, signal },
    )
  }

  /**
   * Removes a job, its logs, checkpoints and folder. With `force` it resolves when the job's process is gone.
   * @throws JobActiveError
   */
  async delete(id: string, { force, timeout, signal }: DeleteJobOptions = {}): Promise<void> {
    await this.#transport.call<true>(
      {
        method: 'DELETE',
        path: pathOf(id),
        query: { force },
        repeatable: true,
        read: async (response) => {
          await response.body?.cancel()
          return true
        },
        // It was deleted the first time, and the answer got lost.
        afterAll: (error) => (error instanceof JobNotFoundError ? true : undefined),
      },
      { signal, timeout: timeout ?? (force === true ? SLOW : undefined) },
    )
  }

  /** A page of a job's changes, oldest first. */
  transitions(id: string, { cursor, limit, ...options }: PageQuery = {}): Promise<Page<JobTransition>> {
    return this.#get(pathOf(id, '/transitions'), { cursor, limit }, options, (response, label) =>
      readJson(response, label, pageOfTransitions),
    )
  }

  /** Newest first. */
  async checkpoints(id: string, options?: CallOptions): Promise<readonly CheckpointInfo[]> {
    const { items } = await this.#get(pathOf(id, '/checkpoints'), {}, options, (response, label) =>
      readJson(response, label, checkpointListSchema),
    )
    return items
  }

  /**
   * Figures of a job over its life, at most 600 points: of one that runs elsewhere there are none. With `since`, which is
   * ISO 8601, only points that end then or later.
   */
  history(id: string, { since, ...options }: HistoryOptions = {}): Promise<JobHistory> {
    return this.#get(pathOf(id, '/history'), { since }, options, (response, label) =>
      readJson(response, label, jobHistorySchema),
    )
  }

  /** Lines of a job's log, oldest first. */
  logs(id: string, { signal, timeout, ...query }: LogQuery = {}): Promise<LogPage> {
    return this.#get(pathOf(id, '/logs'), query, { signal, timeout }, (response, label) =>
      readJson(response, label, logPageSchema),
    )
  }

  /** @internal Lines behind one, asked for once. */
  lookAtLogs(id: string, after: number, filter: LogFilter, signal: AbortSignal): Promise<LogPage> {
    const read: Call<LogPage>['read'] = (response, label) => readJson(response, label, logPageSchema)
    const call: Call<LogPage> = {
      method: 'GET',
      path: pathOf(id, '/logs'),
      query: { after, ...filter },
      repeatable: true,
      read,
    }
    return this.#transport.call({ ...call, attempts: 0 }, { signal })
  }

  /** What `collect()` of a job's program has received, by the id of the node: V8's serialisation of an array. */
  collected(
    id: string,
    node: string,
    { maxBytes = 2 ** 30, ...options }: CollectedOptions = {},
  ): Promise<Uint8Array> {
    return this.#get(
      pathOf(id, `/collected/${encodeURIComponent(node)}`),
      {},
      options,
      (response, label, progress) => readBytes(response, label, maxBytes, progress.touch),
    )
  }

  #get<T>(path: string, query: Query, options: CallOptions | undefined, read: Call<T>['read']): Promise<T> {
    return this.#transport.call({ method: 'GET', path, query, repeatable: true, read }, options)
  }

  #job(call: Omit<Call<JobInfo>, 'read'>, options: CallOptions | undefined): Promise<JobInfo> {
    const read: Call<JobInfo>['read'] = (response, label) => readJson(response, label, jobInfoSchema)
    return this.#transport.call({ ...call, read }, options)
  }
}
