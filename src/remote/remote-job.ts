import {
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  map,
  mergeMap,
  type Observable,
  tap,
  throwError,
} from 'rxjs'
import { JobDeletedError, type JobManagerClient } from '../client/index.ts'
import type { Savepoint, StopOptions } from '../environment/job-handle.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { JobNotFoundError, JobNotRunningError } from '../errors/job-server-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import { isSettled, type JobStatus } from '../job/job-status.ts'
import { fromWireError } from '../protocol/wire-error-codec.ts'
import { readCollected } from '../protocol/collected-frames.ts'
import type { CheckpointInfo, JobInfo, LogLine } from '../protocol/job-info.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import { finalProgress } from '../runtime/metrics/final-progress.ts'
import { concludeJob } from './job-end.ts'
import type { RemoteJobHandle } from './remote-job-handle.ts'

/** What of a job's owner is needed to end it. */
export interface JobOwner {
  /** Folder of the program here; null: not known. */
  readonly root: string | null
  /** Milliseconds to wait for the end. */
  readonly timeout: number
  /** Nodes whose `collect()` is to be filled, and how. */
  readonly collects: readonly string[]
  readonly fill: (node: string, values: readonly unknown[]) => void
  /** Called once per end, before `result` settles. */
  readonly ended: (outcome: { readonly result: JobResult | null; readonly error: unknown }) => void
}

/** A job on a server, by way of a client. */
export class RemoteJob implements RemoteJobHandle {
  readonly #client: JobManagerClient
  readonly #owner: JobOwner
  readonly #abandon = new AbortController()
  #info: JobInfo
  #result: Promise<JobResult> | null = null
  #unlink: () => void = () => {}
  #cancelledBy: { readonly cause: unknown } | undefined

  constructor(client: JobManagerClient, info: JobInfo, owner: JobOwner) {
    this.#client = client
    this.#info = info
    this.#owner = owner
  }

  get id(): string {
    return this.#info.id
  }

  get name(): string {
    return this.#info.name
  }

  get status(): JobStatus {
    return this.#info.status
  }

  get status$(): Observable<JobStatus> {
    return this.#client.job$(this.id).pipe(
      tap((info) => this.#see(info)),
      map(({ status }) => status),
      distinctUntilChanged(),
      catchError((error: unknown) => throwError(() => this.#explain(error))),
    )
  }

  get progress$(): Observable<JobProgress> {
    const last = defer(() => this.info()).pipe(
      filter(({ status }) => isSettled(status)),
      mergeMap(({ result }) => (result === null ? [] : [finalProgress(result)])),
    )
    return concat(this.#client.progress$(this.id), last)
  }

  get logs$(): Observable<LogLine> {
    return this.#client.logs$(this.id)
  }

  get result(): Promise<JobResult> {
    if (this.#result === null) {
      this.#result = this.#end()
      // A result nobody looks at is no unhandled rejection.
      this.#result.catch(() => {})
    }
    return this.#result
  }

  async info(): Promise<JobInfo> {
    return this.#see(await this.#client.jobs.get(this.id))
  }

  stop(options: StopOptions & { readonly savepoint: true }): Promise<Savepoint>
  stop(options?: StopOptions): Promise<Savepoint | void>
  async stop({ drain = true, savepoint }: StopOptions = {}): Promise<Savepoint | void> {
    if (!drain) {
      throw new InvalidArgumentError('A job on a server is not stopped without draining it.', {
        remedy: 'Use cancel() to abort it, or stop({ savepoint: true }) to flush nothing and go on later.',
      })
    }
    await this.#client.jobs.stop(this.id, { savepoint })
    const info = await this.#ended()
    if (info.savepoint !== null && info.status === 'stopped') return savepointOf(info.savepoint)
    if (savepoint !== true) return
    // Why there is none, the result tells, unless the job had come to its end.
    const { status } = await this.result
    throw new JobNotRunningError(`Job '${this.name}' was ${status} before there was a savepoint.`, {
      remedy: 'Nothing is left to go on with: look at its result.',
    })
  }

  async continue(): Promise<void> {
    this.#see(await this.#client.jobs.continue(this.id))
    this.#result = null
  }

  async savepoint(): Promise<Savepoint> {
    return savepointOf(await this.#client.jobs.savepoint(this.id))
  }

  async cancel(): Promise<void> {
    await this.#client.jobs.cancel(this.id)
    await this.#ended()
  }

  async delete(options: { readonly force?: boolean } = {}): Promise<void> {
    await this.#client.jobs.delete(this.id, options)
  }

  /** Cancels the job for a reason, which becomes the cause of the error that its result rejects with. */
  async cancelBy(cause: unknown): Promise<void> {
    this.#cancelledBy ??= { cause }
    await this.cancel()
  }

  /** Cancels the job when the signal is aborted, until it is known to be over. */
  cancelOn(signal: AbortSignal | undefined): void {
    if (signal === undefined) return
    const cancel = (): void => {
      // What comes of it, the result tells.
      this.cancelBy(signal.reason).catch(() => {})
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    this.#unlink = () => signal.removeEventListener('abort', cancel)
  }

  /** Nobody waits any more: `result` rejects with the reason. The job goes on. */
  abandon(reason: Error): void {
    this.#abandon.abort(reason)
  }

  async #end(): Promise<JobResult> {
    try {
      const info = await this.#over(this.#owner.timeout)
      if (info.status !== 'stopped') this.#unlink()
      if (info.error?.code === 'ERR_JOB_DELETED') throw this.#deleted(fromWireError(info.error))
      await this.#collect(info)
      const result = concludeJob(info, this.#owner.root, this.#cancelledBy)
      this.#owner.ended({ result, error: null })
      return result
    } catch (error) {
      this.#owner.ended({ result: null, error })
      throw error
    }
  }

  /** Whoever ends the job has what it came to: what was collected, and, for jobs to come, the result. */
  async #ended(): Promise<JobInfo> {
    const info = await this.#over()
    await this.result.catch(() => {})
    return info
  }

  async #over(timeout = Infinity): Promise<JobInfo> {
    const { signal } = this.#abandon
    try {
      return this.#see(await this.#client.waitForEnd(this.id, { signal, timeout }))
    } catch (error) {
      throw this.#explain(error)
    }
  }

  /** What `collect()` has received on the server is had here, as far as a job that failed left any. */
  async #collect({ id, status }: JobInfo): Promise<void> {
    for (const node of this.#owner.collects) {
      const values: unknown[] = []
      try {
        const bytes = await this.#client.jobs.collected(id, node)
        for await (const frame of readCollected([bytes])) for (const value of frame) values.push(value)
      } catch (error) {
        if (status === 'completed') throw this.#explain(error)
      }
      this.#owner.fill(node, values)
    }
  }

  /** This job was there: if it is not found any more, somebody has deleted it. */
  #explain(error: unknown): unknown {
    return error instanceof JobNotFoundError ? this.#deleted(error) : error
  }

  #deleted(cause: unknown): JobDeletedError {
    return new JobDeletedError(`Job '${this.name}' (${this.id}) was deleted meanwhile.`, {
      cause,
      remedy: 'What became of it is not known any more; submit it again if it is still wanted.',
    })
  }

  #see(info: JobInfo): JobInfo {
    if (info.revision >= this.#info.revision) this.#info = info
    return info
  }
}

function savepointOf({ location, takenAt }: CheckpointInfo): Savepoint {
  return { location, takenAt }
}
