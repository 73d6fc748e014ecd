import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { JobStatus } from '../../src/job/job-status.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

/** Every status from now on. */
export const statuses = (of: { status$: LocalEnvironment['status$'] }): JobStatus[] => {
  const seen: JobStatus[] = []
  of.status$.subscribe((status) => seen.push(status))
  return seen
}

/** What happens to a service, in order. */
export const witness = (env: LocalEnvironment): string[] => {
  const calls: string[] = []
  env.registerService('witness', () => ({
    start: () => void calls.push('start'),
    stop: () => void calls.push('stop'),
    cleanup: () => void calls.push('cleanup'),
  }))
  return calls
}

/** A source that gives a number per turn of the event loop for ever, and counts them. */
export const ticking = (env: LocalEnvironment): { stream: DataStream<number>; given: () => number } => {
  let given = 0
  const stream = env.fromSource(() => new Promise<number>((resolve) => setImmediate(() => resolve(given++))))
  return { stream, given: () => given }
}
