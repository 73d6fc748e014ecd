import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { type SharesByKey, sharesSince } from '../job/shares.ts'

/** Records a second that enter an operator, and that leave it. */
export interface NodeRate {
  readonly in: number
  readonly out: number
}

/** How a job gets on: what it told last, and how much faster it got since a moment before. */
export interface LiveProgress {
  readonly progress: JobProgress
  /** Records read in a second; null before that is known. */
  readonly rate: number | null
  /** The same of each operator, by id. */
  readonly nodeRates: Readonly<Record<string, NodeRate>>
  /** What the time of operators and their subtasks went into meanwhile. */
  readonly shares: SharesByKey
}

/** With the newest that was told. A job that was restarted counts anew, and nothing is known of its rate. */
export function withProgress(before: LiveProgress | undefined, progress: JobProgress): LiveProgress {
  const last = before?.progress
  const elapsed = progress.elapsedMs - (last?.elapsedMs ?? Infinity)
  if (before === undefined || last === undefined || elapsed < 0 || progress.read < last.read)
    return { progress, rate: null, nodeRates: {}, shares: sharesSince(undefined, progress) }
  if (elapsed < 100) return { ...before, progress }
  const rateOf = (now: number, then: number): number => Math.max(0, ((now - then) * 1000) / elapsed)
  const nodeRates: Record<string, NodeRate> = {}
  for (const node of progress.nodes) {
    const then = last.nodes.find(({ id }) => id === node.id)
    if (then !== undefined)
      nodeRates[node.id] = { in: rateOf(node.in, then.in), out: rateOf(node.out, then.out) }
  }
  const shares = sharesSince(last, progress)
  return { progress, rate: rateOf(progress.read, last.read), nodeRates, shares }
}

/** From 0 to 1, where every source knows how much there is, in the same unit; else null. */
export function shareDone({ sources }: JobProgress): number | null {
  const units = new Set(sources.map(({ unit }) => unit))
  if (sources.length === 0 || units.size > 1) return null
  let done = 0
  let total = 0
  for (const source of sources) {
    if (source.total === undefined) return null
    done += source.done
    total += source.total
  }
  return total > 0 ? Math.min(1, done / total) : null
}
