import { castDraft, type Draft, produce } from 'immer'
import type { PortableError } from '../../errors/portable-error.ts'
import type { Heartbeat, PartNews, RegionNews } from '../protocol/heartbeat.ts'
import type { RegionReport } from '../protocol/region-report.ts'
import {
  type ClusterView,
  isAtWork,
  isHere,
  isOver,
  isWith,
  type JobView,
  leaving,
  type Moment,
  type Slot,
  waiting,
  type Whereabouts,
} from './cluster-view.ts'
import { endJob, noteServices } from './end-job.ts'
import { failRegion } from './fail-region.ts'

/** A region of which nothing was said. */
const nothing: RegionReport = { operators: [], commits: 0 }

/** Takes in what a worker says. One that comes late changes nothing. */
export function hear(
  view: ClusterView,
  heartbeat: Heartbeat,
  moment: Moment,
  random: () => number,
): ClusterView {
  const { worker } = heartbeat
  const before = view.workers[worker]?.heartbeat
  if (before !== undefined && heartbeat.number <= before.number) return view
  return produce(view, (draft) => {
    draft.workers[worker] = castDraft({ heartbeat, heardAt: moment.at })
    for (const part of heartbeat.parts) {
      const job = draft.jobs[part.job]
      if (job === undefined || isOver(job.state.status)) continue
      const wasLost = before?.parts.find(samePart(part))?.lost ?? null
      const isNewlyLost = part.lost !== null && wasLost === null
      const slot = { worker, slot: part.slot }
      hearPart(job, slot, part, { moment, random, isNewlyLost, draining: heartbeat.draining })
    }
    for (const job of Object.values(draft.jobs)) if (!isOver(job.state.status)) release(job, heartbeat)
  })
}

interface Hearing {
  readonly moment: Moment
  readonly random: () => number
  /** Its process is gone, and was there at the heartbeat before. */
  readonly isNewlyLost: boolean
  readonly draining: boolean
}

function hearPart(job: Draft<JobView>, slot: Slot, part: PartNews, hearing: Hearing): void {
  for (const news of part.regions) if (news.region in job.regions) hearRegion(job, slot, news, hearing)
  if (hearing.isNewlyLost) {
    job.state.takeovers += Object.values(job.regions).filter((place) => isHere(place, slot)).length
  }
  if (part.givenUp && isHere(job.services, slot) && isAtWork(job)) endJob(job, 'failed', part.lost)
  if (part.services !== null) hearServices(job, slot, part, hearing.draining)
}

function hearRegion(job: Draft<JobView>, slot: Slot, news: RegionNews, { moment, random }: Hearing): void {
  const { region, state, report, error } = news
  const place = job.regions[region]!
  if (report !== null) job.reports[region] = castDraft(report)
  if (state === 'ended') {
    // Whoever says so has committed it, wherever it is.
    job.regions[region] = { at: 'end' }
    job.state.ended[region] = castDraft(report ?? job.reports[region] ?? nothing)
  } else if (state === 'running') {
    job.state.startedAt ??= moment.date
    // A leader that is new to it, or that had lost sight of its worker, leaves it where it is.
    if (place.at === 'nowhere' && place.notBefore <= moment.at && isAtWork(job)) {
      job.regions[region] = { at: 'slot', ...slot }
    }
  } else if (state === 'failed' && isHere(place, slot) && isAtWork(job)) {
    failRegion(job, region, error ?? unknown, moment, random)
  }
}

function hearServices(
  job: Draft<JobView>,
  slot: Slot,
  { services, lost }: PartNews,
  draining: boolean,
): void {
  const { services: place } = job
  if (services === null) return
  if ('state' in services) {
    if (place.at === 'nowhere') job.services = { at: 'slot', ...slot }
    return
  }
  if (!isHere(place, slot)) return
  if (job.state.status === 'closing') return noteServices(job, services.down)
  if (draining) return
  // Nobody has told them to go down.
  const error = services.down.find((one) => one.error !== undefined)?.error
  const failure = lost ?? { ...unknown, message: error ?? 'the services of the job went down' }
  noteServices(job, services.down)
  endJob(job, 'failed', failure)
}

/** What a worker was told to let go of, or has let go of by itself, is free once it does not have it any more. */
function release(job: Draft<JobView>, { worker, draining, parts }: Heartbeat): void {
  const own = parts.filter((part) => part.job === job.spec.id)
  const has = (region: string, slot: number): boolean =>
    own.some((part) => part.slot === slot && part.regions.some((one) => one.region === region && keeps(one)))
  const hasServices = (slot: number): boolean =>
    own.some((part) => part.slot === slot && part.services !== null && 'state' in part.services)
  for (const [region, place] of Object.entries(job.regions)) {
    if (isWith(place, worker)) job.regions[region] = free(place, draining, (slot) => has(region, slot))
  }
  if (isWith(job.services, worker) && job.state.status !== 'closing') {
    job.services = free(job.services, draining, hasServices)
  }
}

/** One that has failed is there until it has been taken back: only then can it be started anew. */
const keeps = ({ state }: RegionNews): boolean => state === 'running' || state === 'failed'

function free(place: Whereabouts, draining: boolean, has: (slot: number) => boolean): Whereabouts {
  const left = draining ? leaving(place) : place
  return left.at === 'leaving' && !has(left.slot) ? waiting(left.notBefore) : left
}

const samePart =
  ({ job, slot }: PartNews) =>
  (other: PartNews): boolean =>
    other.job === job && other.slot === slot

const unknown: PortableError = {
  name: 'Error',
  lineage: [],
  message: 'an operator has failed, and nothing is known of how',
}
