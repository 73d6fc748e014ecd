import type { JobStatus } from '../../job/job-status.ts'

/** How a status looks: a shape of its own beside its color, so that neither is needed to tell it. */
export interface StatusLook {
  readonly tone: 'wait' | 'run' | 'good' | 'bad' | 'still'
  /** Of a path in a box of 16 by 16. */
  readonly shape: string
}

const ring = 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z'

export const statusLooks: Readonly<Record<JobStatus, StatusLook>> = {
  pending: { tone: 'wait', shape: `${ring}M5 8h.01M8 8h.01M11 8h.01` },
  uploading: { tone: 'wait', shape: `${ring}M8 11V5.5M5.8 7.6 8 5.4l2.2 2.2` },
  queued: { tone: 'wait', shape: `${ring}M8 5v3l2 1.5` },
  running: { tone: 'run', shape: `${ring}M6.6 5.6 10.2 8l-3.6 2.4Z` },
  stopping: { tone: 'run', shape: `${ring}M6 6h4v4H6Z` },
  restarting: { tone: 'run', shape: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.6v2.6h-2.6' },
  stopped: { tone: 'still', shape: 'M3.5 3.5h9v9h-9Z' },
  completed: { tone: 'good', shape: `${ring}M5.4 8.2 7.2 10l3.5-3.8` },
  failed: { tone: 'bad', shape: 'M8 2 14.5 13.5h-13ZM8 6.5v3M8 11.5h.01' },
  cancelled: { tone: 'still', shape: `${ring}M4.2 4.2l7.6 7.6` },
}

export const statuses = Object.keys(statusLooks) as readonly JobStatus[]
