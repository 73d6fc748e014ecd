import { match } from 'ts-pattern'
import type { PartOrder } from '../protocol/heartbeat.ts'
import { type ClusterView, isHere, isOver, isWith, type JobView } from './cluster-view.ts'
import { isCutShort } from './end-job.ts'

/** All that a worker is to do. */
export function ordersFor(view: ClusterView, worker: string): readonly PartOrder[] {
  const orders: PartOrder[] = []
  for (const job of Object.values(view.jobs)) {
    if (isOver(job.state.status)) continue
    for (const slot of slotsOf(view, job, worker)) {
      const order = orderFor(job, worker, slot, view)
      if (order !== null) orders.push(order)
    }
  }
  return orders
}

function orderFor(job: JobView, worker: string, slot: number, view: ClusterView): PartOrder | null {
  const here = { worker, slot }
  const { spec, state } = job
  const services = isHere(job.services, here)
  const regions = spec.regions.flatMap(({ id }) => (isHere(job.regions[id]!, here) ? [id] : []))
  const phase = phaseOf(job)
  // What is cut short runs until it has ended as it stands; what else has nothing to do is to end.
  const isBusy = phase === 'abort' && hasRegions(view, job, worker, slot)
  if (regions.length === 0 && !services && !isBusy) return null
  const over = spec.regions.flatMap(({ id }) => (job.regions[id]!.at === 'end' ? [id] : []))
  return { job: spec.id, slot, regions, services, phase, reason: state.failure, over }
}

function phaseOf(job: JobView): PartOrder['phase'] {
  return match(job.state.status)
    .with('stopping', () => 'stop' as const)
    .with('closing', () => (isCutShort(job) ? ('abort' as const) : ('close' as const)))
    .otherwise(() => 'run' as const)
}

/** Slots of a worker that have something of a job, or are to have. */
function slotsOf({ workers }: ClusterView, job: JobView, worker: string): readonly number[] {
  const slots = new Set<number>()
  for (const place of [...Object.values(job.regions), job.services]) {
    if (isWith(place, worker) && 'slot' in place) slots.add(place.slot)
  }
  for (const part of workers[worker]?.heartbeat.parts ?? []) {
    if (part.job === job.spec.id) slots.add(part.slot)
  }
  return [...slots].sort((a, b) => a - b)
}

function hasRegions({ workers }: ClusterView, job: JobView, worker: string, slot: number): boolean {
  return (workers[worker]?.heartbeat.parts ?? []).some(
    (part) =>
      part.job === job.spec.id && part.slot === slot && part.regions.some(({ state }) => state === 'running'),
  )
}
