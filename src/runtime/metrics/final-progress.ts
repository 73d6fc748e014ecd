import type { JobResult, NodeResult } from '../../job/job-result.ts'
import type { JobProgress } from './job-metrics.ts'

type Ended = Pick<JobResult, 'status' | 'durationMs' | 'nodes'>

/** How far a job was when it ended. The server hears of its progress in intervals only, so short jobs tell none. */
export function finalProgress({ status, durationMs, nodes }: Ended): JobProgress {
  const sources = nodes.filter(({ kind }) => kind === 'source')
  const sinks = nodes.filter(({ kind }) => kind === 'sink')
  return {
    status,
    elapsedMs: durationMs,
    read: sum(sources, 'out'),
    written: sum(sinks, 'handled'),
    sources: sources.map(({ id, out }) => ({ node: id, done: out, unit: 'records' })),
    nodes,
    edges: [],
    activity: [],
    latency: null,
  }
}

function sum(nodes: readonly NodeResult[], column: 'out' | 'handled'): number {
  return nodes.reduce((total, node) => total + node[column], 0)
}
