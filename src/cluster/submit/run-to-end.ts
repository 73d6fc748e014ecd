import { onInterrupt } from '../../environment/interrupts.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { ClusterJob } from './cluster-job.ts'

export interface RunOptions {
  /** Cancels the job when aborted. */
  readonly signal: AbortSignal | undefined
  /** What to throw when it was ended before there was a job. */
  readonly cancelled: (cause: unknown) => Error
}

/**
 * Submits a job and waits for its end. Ctrl-C stops it once, cancels it the second time, and gives the wait up the third.
 * @param submit ends when its signal is aborted, unless the cluster may have the job
 */
export async function runToEnd(
  submit: (signal: AbortSignal) => Promise<ClusterJob>,
  { signal, cancelled }: RunOptions,
): Promise<JobResult> {
  const before = new AbortController()
  let job: ClusterJob | null = null
  const abort = (): void => before.abort(signal?.reason)
  const release = onInterrupt((times) => {
    if (job === null) before.abort(new Error('interrupted'))
    else interrupt(job, times)
  })
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    before.signal.throwIfAborted()
    job = await submit(before.signal)
    // It may have been asked to end while the cluster took it in.
    job.cancelOn(before.signal)
    return await job.result
  } catch (error) {
    if (job === null && before.signal.aborted) throw cancelled(before.signal.reason)
    throw error
  } finally {
    release()
    signal?.removeEventListener('abort', abort)
  }
}

function interrupt(job: ClusterJob, times: number): void {
  if (times === 1) job.stop().catch(() => {})
  else if (times === 2) job.cancel().catch(() => {})
  else job.abandon(new Error(`Nobody waits for job '${job.name}' (${job.id}) any more. It goes on.`))
}
