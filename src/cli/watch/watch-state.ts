import { isSettled } from '../../job/job-status.ts'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { JobProgress, JobSourceProgress } from '../../runtime/metrics/job-metrics.ts'
import { countsOf } from '../outcome/outcome.ts'
import { withSample } from './progress-samples.ts'

/** What is known of a job that is watched. */
export interface WatchState {
  readonly job: JobInfo
  /** Null before it ran. */
  readonly progress: JobProgress | null
  /** Of this run, the newest last, at most SAMPLES: rates are those between the first and the last of them. */
  readonly samples: readonly JobProgress[]
  /** That the job has written last; null before there was one. */
  readonly line: string | null
  /** Whether the server tells of it, or is tried again. */
  readonly isHeard: boolean
}

/** The server tells of a job's progress up to twice a second, so rates are those of the last five seconds. */
export const SAMPLES = 11

export const watchOf = (job: JobInfo): WatchState =>
  withJob(withProgress({ job, progress: null, samples: [], line: null, isHeard: true }, job.progress), job)

export function withJob(state: WatchState, job: JobInfo): WatchState {
  const isGoing = job.status === 'running' || job.status === 'stopping'
  return { ...state, job, progress: progressAtEnd(state, job), samples: isGoing ? state.samples : [] }
}

/** What was told of a job that is over was told before its end. */
function progressAtEnd({ progress }: WatchState, job: JobInfo): JobProgress | null {
  const counts = job.result === null ? null : countsOf(job)
  if (progress === null || counts === null || job.result === null || !isSettled(job.status)) return progress
  const isWhole = job.status === 'completed'
  const sources = progress.sources.map((source) =>
    isWhole && source.total !== undefined ? { ...source, done: source.total } : source,
  )
  return { ...progress, ...counts, nodes: job.result.nodes, sources }
}

export function withProgress(state: WatchState, progress: JobProgress | null): WatchState {
  if (progress === null) return state
  return { ...state, progress, samples: withSample(state.samples, progress, SAMPLES) }
}

export const withLine = (state: WatchState, line: string | null): WatchState => ({ ...state, line })

export const withHeard = (state: WatchState, isHeard: boolean): WatchState => ({ ...state, isHeard })

/** How far the sources have come together. */
export interface Extent {
  readonly done: number
  readonly total: number
  readonly unit: JobSourceProgress['unit']
}

/** Null unless each source knows how much there is, and all of them count the same. */
export function extentOf({ progress }: WatchState): Extent | null {
  const [first, ...others] = progress?.sources ?? []
  if (first?.total === undefined) return null
  let { done, total } = first
  for (const source of others) {
    if (source.total === undefined || source.unit !== first.unit) return null
    done += source.done
    total += source.total
  }
  return { done, total, unit: first.unit }
}

/** From 0 to 1; null where nobody knows. */
export function shareOf(extent: Extent | null): number | null {
  if (extent === null || extent.total === 0) return null
  return Math.min(1, extent.done / extent.total)
}
