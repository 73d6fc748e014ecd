import { formatCount, formatRate, formatTimes } from './format-count.ts'
import { rateOver } from './progress-samples.ts'
import { extentOf, shareOf, type WatchState } from './watch-state.ts'

/** Of the job's own time, in milliseconds, between two lines about one that does not know how far it is. */
const INTERVAL = 10_000

/** Tells of a watched job where there is no terminal: a line for each change, and for each tenth of the way. */
export class WatchChanges {
  #before: WatchState | null = null

  /** What there is to tell of a state behind those before; null: nothing. */
  lineOf(state: WatchState): string | null {
    if (this.#before !== null && !tellsMore(this.#before, state)) return null
    this.#before = state
    return describe(state)
  }
}

function tellsMore(before: WatchState, state: WatchState): boolean {
  const [was, is] = [before.job, state.job]
  if (was.status !== is.status || was.restarts !== is.restarts || was.position !== is.position) return true
  if (is.status !== 'running' || state.progress === null) return false
  if (before.progress === null) return true
  const [wasAt, isAt] = [tenthOf(before), tenthOf(state)]
  if (isAt !== null) return wasAt !== isAt
  return state.progress.elapsedMs - before.progress.elapsedMs >= INTERVAL
}

function tenthOf(state: WatchState): number | null {
  const share = shareOf(extentOf(state))
  return share === null ? null : Math.floor(share * 10)
}

function describe(state: WatchState): string {
  const { job, progress } = state
  const share = shareOf(extentOf(state))
  const rate = rateOver(state.samples, ({ read }) => read)
  return [
    job.status,
    ...(job.position === null ? [] : [`${formatCount(job.position - 1)} before it`]),
    ...(job.restarts === 0 ? [] : [formatTimes(job.restarts, 'restart')]),
    ...(share === null ? [] : [`${Math.floor(share * 100)} %`]),
    ...(progress === null
      ? []
      : [`${formatCount(progress.read)} read`, `${formatCount(progress.written)} written`]),
    ...(rate === null ? [] : [formatRate(rate)]),
  ].join(', ')
}
