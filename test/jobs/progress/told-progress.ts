import type { NodeResult } from '../../../src/job/job-result.ts'
import type { JobProgress, JobSourceProgress } from '../../../src/runtime/metrics/job-metrics.ts'

const node = (id: string, kind: string, counts: Partial<NodeResult>): NodeResult => ({
  ...{ id, name: `the ${kind}`, kind, inputs: [], parallelism: 1 },
  ...{ in: 0, handled: 0, dropped: 0, deadLettered: 0, failed: 0, unfinished: 0, out: 0, errors: 0 },
  ...counts,
})

/** What a process tells that has read so many of so many records. */
export function toldProgress(
  done: number,
  total?: number,
  more: Partial<JobProgress> & { readonly unit?: JobSourceProgress['unit'] } = {},
): JobProgress {
  const { unit = 'records', ...rest } = more
  return {
    status: 'running',
    elapsedMs: done,
    read: done,
    written: done,
    sources: [{ node: 'n0', done, total, unit }],
    nodes: [
      node('n0', 'source', { out: done, handled: done }),
      node('n1', 'sink', { in: done, handled: done }),
    ],
    edges: [],
    activity: [],
    latency: null,
    ...rest,
  }
}
