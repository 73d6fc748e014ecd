import { type Draft, produce } from 'immer'
import { match } from 'ts-pattern'
import type { RegionReport } from '../protocol/region-report.ts'
import type { ClusterView, JobView, Moment } from './cluster-view.ts'
import { endJob } from './end-job.ts'

/** Brings every job as far as it has come: by what is wished of it, by its regions, and by what workers still have. */
export function settleJobs(view: ClusterView, moment: Moment): ClusterView {
  return produce(view, (draft) => {
    for (const job of Object.values(draft.jobs)) {
      match(job.state.status)
        .with('running', () => run(job))
        .with('stopping', () => stop(job, moment))
        .with('closing', () => moment.at >= draft.settledAt && close(job, draft, moment))
        .otherwise(() => {})
    }
  })
}

function run(job: Draft<JobView>): void {
  const { wish, spec, state } = job
  if (wish === 'cancel') endJob(job, 'cancelled')
  else if (hasEnded(job) && (spec.autostop || wish === 'stop')) endJob(job, 'completed')
  else if (wish === 'stop' && state.startedAt === null) endJob(job, 'stopped')
  else if (wish === 'stop') state.status = 'stopping'
}

function stop(job: Draft<JobView>, { at }: Moment): void {
  if (job.wish === 'cancel') endJob(job, 'cancelled')
  else if (hasEnded(job)) endJob(job, 'stopped')
  else if (standsStill(job, at)) endJob(job, 'stopped')
}

function close(job: Draft<JobView>, view: ClusterView, { date }: Moment): void {
  // They never had a place.
  if (job.services.at === 'nowhere') job.services = { at: 'end' }
  if (job.services.at !== 'end' || isSomewhere(view, job.spec.id)) return
  const { state } = job
  state.status = state.outcome!
  state.endedAt = date
  // Those that did not come to their end have their say as well.
  state.ended = { ...job.reports, ...state.ended }
}

function hasEnded({ spec, regions }: JobView): boolean {
  return spec.regions.every(({ id }) => regions[id]!.at === 'end')
}

/** Whether a worker still has a part of it. */
function isSomewhere({ workers }: ClusterView, job: string): boolean {
  return Object.values(workers).some(({ heartbeat }) => heartbeat.parts.some((part) => part.job === job))
}

/** Whether nothing has moved for as long as a stop may take without; regions that wait for a place cannot help it. */
function standsStill(job: Draft<JobView>, at: number): boolean {
  const moved = Object.values(job.reports).reduce((sum, report) => sum + movedIn(report), 0)
  const isWaiting = Object.values(job.regions).some(
    (place) => place.at === 'nowhere' || place.at === 'leaving',
  )
  if (isWaiting || moved !== job.drained.moved) job.drained = { moved, since: at }
  return at - job.drained.since >= job.spec.stopTimeout
}

function movedIn({ operators }: RegionReport): number {
  return operators.reduce(
    (sum, { book }) => sum + (book['in'] ?? 0) + (book['out'] ?? 0) + (book['errors'] ?? 0),
    0,
  )
}
