import { catchError, defer, EMPTY, map, type Observable, of, startWith } from 'rxjs'
import type { JobResult } from '../job/job-result.ts'
import type { JobStatus } from '../job/job-status.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'
import type { ClusterJobHandle } from './cluster-job-handle.ts'

/**
 * Stands, where a program was loaded once more, for a job that it has submitted before: whatever the program does with it
 * has been done already, by the submitter. What it came to is known if it was over by then.
 */
export class EarlierClusterJob implements ClusterJobHandle {
  readonly id = ''
  readonly name: string
  readonly result: Promise<JobResult>
  readonly progress$: Observable<JobProgress> = EMPTY
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

  async stop(): Promise<void> {
    await this.result.catch(() => {})
  }

  async cancel(): Promise<void> {
    await this.result.catch(() => {})
  }

  async delete(): Promise<void> {}
}
