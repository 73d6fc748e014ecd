import { setMaxListeners } from 'node:events'
import { type Observable, Subscription } from 'rxjs'
import type { JobInfo } from '../protocol/job-info.ts'
import type { Cancel, Clock } from '../time/clock.ts'
import { WaitTimeoutError } from './client-errors.ts'

export interface WaitOptions {
  /** Ends the wait, which rejects with the signal's reason. The job goes on. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; default Infinity. */
  readonly timeout?: number | undefined
}

/** Resolves to what a job is when it is over. Leaves no timer and no listener. */
export function lastOf(
  job$: Observable<JobInfo>,
  clock: Clock,
  id: string,
  { signal, timeout = Infinity }: WaitOptions,
): Promise<JobInfo> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const watching = new Subscription()
    let last: JobInfo | undefined
    let cancel: Cancel = () => {}
    const release = (): void => {
      cancel()
      signal?.removeEventListener('abort', abort)
      watching.unsubscribe()
    }
    const fail = (error: unknown): void => {
      release()
      reject(error)
    }
    const abort = (): void => fail(signal?.reason)
    if (signal !== undefined) setMaxListeners(0, signal)
    signal?.addEventListener('abort', abort)
    if (timeout !== Infinity) cancel = clock.setTimeout(() => fail(waitedTooLong(id, timeout, last)), timeout)
    watching.add(
      job$.subscribe({
        next: (job) => (last = job),
        error: fail,
        complete: () => {
          release()
          resolve(last as JobInfo)
        },
      }),
    )
  })
}

function waitedTooLong(id: string, timeout: number, job: JobInfo | undefined): WaitTimeoutError {
  const status = job === undefined ? 'it was not seen at all' : `it is ${job.status}`
  return new WaitTimeoutError(`Job ${id} was not over within ${timeout} ms: ${status}.`, job, {
    remedy: 'The job goes on: wait again, or stop it.',
  })
}
