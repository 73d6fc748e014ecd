import type { RestartHistory } from '../../job/restart-policy.ts'
import type { Heartbeat } from '../protocol/heartbeat.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobStatus, ClusterJobWish } from '../protocol/job-state.ts'
import type { RegionReport } from '../protocol/region-report.ts'

/** Milliseconds without a word after which a worker is gone. */
export const WORKER_LOST = 4_000
/** Milliseconds in which a new leader listens to workers before it places anything: two heartbeats. */
export const SETTLING = 2_000

/** When something is decided. */
export interface Moment {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number
  /** ISO 8601. */
  readonly date: string
}

export interface Slot {
  readonly worker: string
  readonly slot: number
}

/** Where something is that one slot has. */
export type Whereabouts =
  /** It waits for a place, and is not to have one before `notBefore`. */
  | { readonly at: 'nowhere'; readonly notBefore: number }
  | ({ readonly at: 'slot' } & Slot)
  /** Its slot has been told to let go of it, or is about to be. */
  | ({ readonly at: 'leaving'; readonly notBefore: number } & Slot)
  /** It is over. */
  | { readonly at: 'end' }

export interface WorkerView {
  readonly heartbeat: Heartbeat
  readonly heardAt: number
}

export interface JobView {
  readonly spec: ClusterJobSpec
  /** As it is to be written. */
  readonly state: ClusterJobState
  readonly wish: ClusterJobWish['want'] | null
  readonly regions: Readonly<Record<string, Whereabouts>>
  readonly services: Whereabouts
  /** What regions have said last. */
  readonly reports: Readonly<Record<string, RegionReport>>
  readonly failures: RestartHistory
  /** Of a job that stops: records that had moved, and when the last had. */
  readonly drained: { readonly moved: number; readonly since: number }
}

/** All that a leader knows. A new one has it from the records, and from the next heartbeats. */
export interface ClusterView {
  readonly workers: Readonly<Record<string, WorkerView>>
  readonly jobs: Readonly<Record<string, JobView>>
  /** From when on something is placed, and jobs come to their end: by then workers have said what they have. */
  readonly settledAt: number
}

export function emptyView(at: number): ClusterView {
  return { workers: {}, jobs: {}, settledAt: at + SETTLING }
}

/** Whether nothing is left to do for a job. */
export function isOver(status: ClusterJobStatus): boolean {
  return status !== 'running' && status !== 'stopping' && status !== 'closing'
}

/** Whether its regions are to be somewhere. */
export function isAtWork({ state }: Pick<JobView, 'state'>): boolean {
  return state.status === 'running' || state.status === 'stopping'
}

export function isHere(place: Whereabouts, { worker, slot }: Slot): boolean {
  return place.at === 'slot' && place.worker === worker && place.slot === slot
}

/** Whether a worker still has it, or may. */
export function isWith(place: Whereabouts, worker: string): boolean {
  return (place.at === 'slot' || place.at === 'leaving') && place.worker === worker
}

export function waiting(notBefore = 0): Whereabouts {
  return { at: 'nowhere', notBefore }
}

/** What lets go of its slot, if it has one. */
export function leaving(place: Whereabouts, notBefore = 0): Whereabouts {
  return place.at === 'slot' ? { at: 'leaving', worker: place.worker, slot: place.slot, notBefore } : place
}
