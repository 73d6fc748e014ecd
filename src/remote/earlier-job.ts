import { catchError, defer, EMPTY, map, type Observable, of, startWith } from 'rxjs'
import type { Savepoint } from '../environment/job-handle.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobInfo, LogLine } from '../protocol/job-info.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { RemoteJobHandle } from './remote-job-handle.ts'

/**
 * Stands, in the process of a job, for a job that the same program has submitted before: whatever the program does with
 * it has been done already, by the submitter. What it came to is known if it was over by then.
 */
export class EarlierJob implements RemoteJobHandle {
  readonly id = ''
  readonly name: string
  readonly result: Promise<JobResult>
  readonly progress$: Observable<JobProgress> = EMPTY
  readonly logs$: Observable<LogLine> = EMPTY
  #status: JobStatus = 'running'

  constructor(name: string, result: Promise<JobResult>) {
    this.name = name
    this.result = result
    // A result nobody looks at is no unhandled rejection.
    result.then(
      ({ status }) => (this.#status = status),
      () => (this.#status = 'failed'),
    )
  }

  get status(): JobStatus {
    return this.#status
  }

  get status$(): Observable<JobStatus> {
    return defer(() => this.result).pipe(
      map(({ status }) => status),
      catchError(() => of<JobStatus>('failed')),
      startWith<JobStatus>('running'),
    )
  }

  async info(): Promise<JobInfo> {
    throw new InvalidArgumentError(`Job '${this.name}' is not known in the process of another.`, {
      remedy: 'Ask for it with a JobManagerClient, or keep that to the submitter, with insideJob().',
    })
  }

  async stop(): Promise<Savepoint> {
    await this.#over()
    return { location: '', takenAt: '' }
  }

  async continue(): Promise<void> {}

  async savepoint(): Promise<Savepoint> {
    return { location: '', takenAt: '' }
  }

  async cancel(): Promise<void> {
    await this.#over()
  }

  async delete(): Promise<void> {}

  async #over(): Promise<void> {
    await this.result.catch(() => {})
  }
}
