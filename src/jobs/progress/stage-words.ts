import type { JobStatus } from '../../job/job-status.ts'

/** What a job is said to do of which nobody but its status tells. While it runs that says nothing. */
export const stageOfStatus: Readonly<Record<Exclude<JobStatus, 'running'>, string>> = {
  pending: 'Pending',
  uploading: 'Uploading',
  queued: 'Queued',
  stopping: 'Stopping',
  restarting: 'Restarting',
  stopped: 'Stopped',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
