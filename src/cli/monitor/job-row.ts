import { castDraft, produce } from 'immer'
import { isActive, isSettled } from '../../job/job-status.ts'
import type { JobInfo, JobSummary } from '../../protocol/job-info.ts'
import type { ProgressNotice } from '../../protocol/job-event.ts'
import { finalProgress } from '../../runtime/metrics/final-progress.ts'
import { addCount, beginRates, type RateHistory, rateOf } from './rate-history.ts'

type JobProgress = ProgressNotice['progress']

/** What the monitor knows of a job. */
export interface JobRow {
  readonly job: JobSummary
  /** As last told; null where nothing is known of it yet. */
  readonly progress: JobProgress | null
  /** Of the records it reads. */
  readonly rates: RateHistory | null
  /** Records a second that entered each operator, by its id. */
  readonly nodeRates: Readonly<Record<string, number>>
  /** Whether what is known is all that will ever be: the job is over, and was asked for since. */
  readonly isFinal: boolean
  /** Number of the listing that has last shown it. */
  readonly listing: number
}

export const newRow = (job: JobSummary, listing: number): JobRow => ({
  job,
  progress: null,
  rates: null,
  nodeRates: {},
  isFinal: false,
  listing,
})

/** The row with what was told of its job, unless something newer is known. */
export function seeJob(row: JobRow, job: JobSummary, listing: number): JobRow {
  return produce(row, (draft) => {
    draft.listing = listing
    if (job.revision >= row.job.revision) draft.job = job
    if (draft.job.status !== 'running') {
      draft.rates = null
      draft.nodeRates = {}
    }
    if (isActive(draft.job.status)) draft.isFinal = false
  })
}

/** The row with all there is to say of its job. */
export function seeInfo(row: JobRow, info: JobInfo): JobRow {
  return produce(seeJob(row, info, row.listing), (draft) => {
    if (info.revision < draft.job.revision) return
    draft.isFinal = isSettled(info.status)
    // What the server has written down of a job that runs is behind what it tells.
    if (draft.isFinal || row.progress === null) draft.progress = castDraft(lastProgress(info) ?? row.progress)
  })
}

/** Of a job that is over its result tells more than what it said last. */
function lastProgress({ status, progress, result, error }: JobInfo): JobProgress | null {
  const last = result ?? error?.result ?? null
  if (last === null) return progress
  return { ...finalProgress(last), status, sources: progress?.sources ?? [] }
}

/** The row with the progress of its job. */
export function seeProgress(row: JobRow, progress: JobProgress): JobRow {
  const { read, elapsedMs } = progress
  // What a job told last may come when it is known already that it has ended.
  if (row.job.status !== 'running' && row.job.status !== 'stopping') return row
  return produce(row, (draft) => {
    draft.rates = castDraft(
      row.rates === null ? beginRates(read, elapsedMs) : addCount(row.rates, read, elapsedMs),
    )
    draft.nodeRates = nodeRates(row, progress)
    draft.progress = castDraft(progress)
  })
}

function nodeRates(
  { progress: before, nodeRates: known }: JobRow,
  progress: JobProgress,
): Record<string, number> {
  const elapsed = progress.elapsedMs - (before?.elapsedMs ?? Infinity)
  const rates: Record<string, number> = {}
  for (const node of progress.nodes) {
    const then = before?.nodes.find(({ id }) => id === node.id)
    const grown = then === undefined ? -1 : passed(node) - passed(then)
    if (elapsed >= 1 && grown >= 0) rates[node.id] = (grown * 1000) / elapsed
    else if (elapsed === 0 && known[node.id] !== undefined) rates[node.id] = known[node.id]!
  }
  return rates
}

/** Records of an operator; of a source those that it gave. */
export const passed = (node: { readonly in: number; readonly out: number }): number =>
  node.in === 0 ? node.out : node.in

/** Records a second; null where none are known. */
export const rowRate = ({ rates }: JobRow): number | null => (rates === null ? null : rateOf(rates))

/** How far the sources are, from 0 to 1; null where they do not know how much there is. */
export function shareDone({ progress, job }: JobRow): number | null {
  if (job.status === 'completed') return 1
  if (progress === null || progress.sources.length === 0) return null
  let [done, all] = [0, 0]
  for (const { done: come, total } of progress.sources) {
    if (total === undefined) return null
    done += come
    all += total
  }
  return all === 0 ? null : Math.min(1, done / all)
}

/** Milliseconds from its first start to its end, or to now; null before it ran. */
export function durationOf({ job }: JobRow, now: number): number | null {
  if (job.startedAt === null) return null
  const end = job.endedAt === null ? now : Date.parse(job.endedAt)
  return Math.max(0, end - Date.parse(job.startedAt))
}
