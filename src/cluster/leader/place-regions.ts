import { produce } from 'immer'
import {
  type ClusterView,
  isAtWork,
  type JobView,
  leaving,
  type Moment,
  type Slot,
  type Whereabouts,
} from './cluster-view.ts'

/** Slots whose loads differ by fewer regions are left alone: a region that moves stands still meanwhile. */
const UNEVEN = 2

interface Load extends Slot {
  /** Regions and services of all jobs. */
  count: number
}

/** Gives everything that waits a place: where there is the least, of those the slot that has the least of its job. */
export function placeRegions(view: ClusterView, { at }: Moment): ClusterView {
  if (at < view.settledAt) return view
  const loads = loadsOf(view)
  if (loads.length === 0) return view
  const waits = (place: Whereabouts): boolean => place.at === 'nowhere' && place.notBefore <= at
  return produce(view, (draft) => {
    for (const job of bySubmission(Object.values(draft.jobs))) {
      if (!isAtWork(job)) continue
      const take = (): Whereabouts => {
        const load = least(loads, job)
        load.count++
        return { at: 'slot', worker: load.worker, slot: load.slot }
      }
      if (waits(job.services)) job.services = take()
      for (const { id } of job.spec.regions) if (waits(job.regions[id]!)) job.regions[id] = take()
    }
  })
}

/** Has one region leave the slot that has the most, where another has much less, and nothing else is on its way. */
export function evenOut(view: ClusterView, { at }: Moment): ClusterView {
  if (at < view.settledAt) return view
  const jobs = bySubmission(Object.values(view.jobs)).filter(({ state }) => state.status === 'running')
  if (jobs.some(isOnItsWay)) return view
  const loads = [...loadsOf(view)].sort((a, b) => a.count - b.count)
  const [fewest, most] = [loads[0], loads.at(-1)]
  if (fewest === undefined || most === undefined || most.count - fewest.count < UNEVEN) return view
  for (const { spec, regions } of jobs) {
    const moving = spec.regions.find(({ id }) => isIn(regions[id]!, most))
    if (moving === undefined) continue
    return produce(view, (draft) => {
      const all = draft.jobs[spec.id]!.regions
      all[moving.id] = leaving(all[moving.id]!)
    })
  }
  return view
}

/** Of every slot that takes something. */
function loadsOf({ workers, jobs }: ClusterView): Load[] {
  const loads: Load[] = []
  for (const [worker, { heartbeat }] of Object.entries(workers)) {
    if (heartbeat.draining) continue
    for (let slot = 0; slot < heartbeat.slots; slot++) loads.push({ worker, slot, count: 0 })
  }
  for (const job of Object.values(jobs)) {
    for (const place of placesOf(job)) {
      const load = loads.find((one) => isIn(place, one))
      if (load !== undefined) load.count++
    }
  }
  return loads
}

function least(loads: readonly Load[], job: JobView): Load {
  const own = (load: Load): number => placesOf(job).filter((place) => isIn(place, load)).length
  let best = loads[0]!
  let bestOwn = own(best)
  for (const load of loads) {
    if (load.count > best.count) continue
    const ownHere = own(load)
    if (load.count < best.count || ownHere < bestOwn) [best, bestOwn] = [load, ownHere]
  }
  return best
}

function placesOf({ regions, services }: JobView): readonly Whereabouts[] {
  return [...Object.values(regions), services]
}

function isOnItsWay(job: JobView): boolean {
  return placesOf(job).some(({ at }) => at === 'nowhere' || at === 'leaving')
}

function isIn(place: Whereabouts, { worker, slot }: Slot): boolean {
  return 'worker' in place && place.worker === worker && place.slot === slot
}

function bySubmission<J extends JobView>(jobs: readonly J[]): readonly J[] {
  const key = ({ spec }: J): string => `${spec.submittedAt} ${spec.id}`
  return [...jobs].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
