import type { RegionReport } from './region-report.ts'

/** Who leads answers heartbeats at this subject. */
export const LEADER_SUBJECT = 'leader'
/** Who leads looks at the records at once, and tells of a job. */
export const JOBS_SUBJECT = 'leader.jobs'

export interface JobQuestion {
  readonly job: string
}

/** Where a region is, and how far it has come. */
export interface RegionSight {
  readonly region: string
  /** Null: it waits for a place, or has ended. */
  readonly worker: string | null
  readonly slot: number | null
  readonly report: RegionReport | null
}

export interface JobAnswer {
  /** Workers that take regions. */
  readonly workers: number
  /** Null: there is no such job. */
  readonly regions: readonly RegionSight[] | null
}
