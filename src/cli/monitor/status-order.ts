import type { JobStatus } from '../../job/job-status.ts'

/** What still does something comes first, then what somebody should look at. */
export const statusOrder: readonly JobStatus[] = [
  'running',
  'stopping',
  'restarting',
  'queued',
  'uploading',
  'pending',
  'failed',
  'stopped',
  'completed',
  'cancelled',
]
