import process from 'node:process'
import { onInterrupt } from '../environment/interrupts.ts'
import type { JobResult } from '../job/job-result.ts'
import type { LogLine } from '../protocol/job-info.ts'
import type { RemoteJob } from './remote-job.ts'
import type { RemoteJobOptions } from './remote-options.ts'

export interface RunOptions extends Required<Pick<RemoteJobOptions, 'detach' | 'logs'>> {
  /** Cancels the job when aborted. */
  readonly signal: AbortSignal | undefined
  /** What to throw when it was ended before there was a job. */
  readonly cancelled: (cause: unknown) => Error
}

/**
 * Submits a job and waits for its end. Ctrl-C stops it once, cancels it the second time, and gives the wait up the third.
 * @param submit ends when its signal is aborted, unless the server may have the job
 */
export async function runToEnd(
  submit: (signal: AbortSignal) => Promise<RemoteJob>,
  { signal, detach, logs, cancelled }: RunOptions,
): Promise<JobResult> {
  const before = new AbortController()
  let job: RemoteJob | null = null
  const abort = (): void => before.abort(signal?.reason)
  const release = detach
    ? () => {}
    : onInterrupt((times) => {
        if (job === null) before.abort(new Error('interrupted'))
        else interrupt(job, times)
      })
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    before.signal.throwIfAborted()
    job = await submit(before.signal)
    // It may have been asked to end while the server took it in.
    job.cancelOn(before.signal)
    const shown = logs === false ? undefined : show(job, logs)
    return await job.result.finally(() => shown)
  } catch (error) {
    if (job === null && before.signal.aborted) throw cancelled(before.signal.reason)
    throw error
  } finally {
    release()
    signal?.removeEventListener('abort', abort)
  }
}

function interrupt(job: RemoteJob, times: number): void {
  if (times === 1) job.stop().catch(() => {})
  else if (times === 2) job.cancel().catch(() => {})
  else job.abandon(new Error(`Nobody waits for job '${job.name}' (${job.id}) any more. It goes on.`))
}

/** Resolves when all lines are shown. That they cannot be had is nothing the job has to answer for. */
function show(job: RemoteJob, logs: true | ((line: LogLine) => void)): Promise<unknown> {
  const take = logs === true ? print : logs
  const lines = job.logs$
  return new Promise((resolve) => {
    lines.subscribe({ next: take, error: resolve, complete: () => resolve(undefined) })
  })
}

function print({ stream, text }: LogLine): void {
  const out = stream === 'stdout' ? process.stdout : process.stderr
  out.write(`${text}\n`)
}
