import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'

/**
 * The last `most` of what a job has told, with the newest behind them. A job that was restarted counts anew, and its
 * time begins anew: then there is the newest only.
 */
export function withSample<P extends JobProgress>(
  samples: readonly P[],
  newest: P,
  most: number,
): readonly P[] {
  const last = samples.at(-1)
  const isSameRun = last !== undefined && last.elapsedMs <= newest.elapsedMs && last.read <= newest.read
  return [...(isSameRun ? samples : []), newest].slice(-most)
}

/** By how much something grew in a second, between the first and the last; null before that is known. */
export function rateOver<P extends JobProgress>(
  samples: readonly P[],
  count: (progress: P) => number | undefined,
): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || last.elapsedMs <= first.elapsedMs) return null
  const [before, after] = [count(first), count(last)]
  if (before === undefined || after === undefined) return null
  return Math.max(0, ((after - before) * 1000) / (last.elapsedMs - first.elapsedMs))
}
