import type { PortableError } from '../../errors/portable-error.ts'
import type { ServiceResult } from '../../job/job-result.ts'
import type { RegionReport } from './region-report.ts'

/** How a region gets on in a slot. */
export interface RegionNews {
  readonly region: string
  /**
   * - `running`: it is there, or will be
   * - `ended`: it is through, and has committed that
   * - `released`: it was told to let go, and has committed what it did
   * - `failed`: an operator has failed, and the region runs no more
   */
  readonly state: 'running' | 'ended' | 'released' | 'failed'
  readonly report: RegionReport | null
  readonly error: PortableError | null
}

/** What a slot does for one job. */
export interface PartNews {
  readonly job: string
  /** From 0. */
  readonly slot: number
  readonly regions: readonly RegionNews[]
  /** Where it has the job's services: whether they are up, or how they went down; null: it does not have them. */
  readonly services:
    { readonly state: 'starting' | 'up' } | { readonly down: readonly ServiceResult[] } | null
  /** Its process could not take part, or is gone, and why; null: all is well. */
  readonly lost: PortableError | null
  /** Whether it is not started anew: its regions have `failed` with `lost`, and its services go down. */
  readonly givenUp: boolean
}

/** What a worker says to the leader about once a second, as JSON. */
export interface Heartbeat {
  readonly worker: string
  /** Grows with each: one that comes late counts no more. */
  readonly number: number
  readonly host: string
  readonly pid: number
  readonly slots: number
  readonly labels: Readonly<Record<string, string>>
  /** It takes nothing new, and lets go of what it has. */
  readonly draining: boolean
  readonly parts: readonly PartNews[]
}

/** What a slot is to do for one job. */
export interface PartOrder {
  readonly job: string
  readonly slot: number
  /** Those it is to have, and no others. */
  readonly regions: readonly string[]
  /** Whether it is to have the job's services. */
  readonly services: boolean
  /**
   * - `run`
   * - `stop`: sources end
   * - `close`: all regions are through; services are to be stopped
   * - `abort`: all of it ends as it stands
   */
  readonly phase: 'run' | 'stop' | 'close' | 'abort'
  /** Why, where it is aborted. */
  readonly reason: PortableError | null
  /** Regions that have ended, wherever they were: nobody reads what is sent to them. */
  readonly over: readonly string[]
}

/** The leader's answer. A slot that is not in it is to end. */
export interface Orders {
  /** Who leads. */
  readonly leader: string
  /** Grows with each new leader: what an older one says counts no more. */
  readonly term: number
  readonly parts: readonly PartOrder[]
}
