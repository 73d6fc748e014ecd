/** What a job can be. */
export type JobStatus =
  | 'pending'
  | 'uploading'
  | 'queued'
  | 'running'
  | 'stopping'
  | 'restarting'
  | 'stopped'
  | 'completed'
  | 'failed'
  | 'cancelled'

/** The one transition table, used by every layer. Terminal states absorb; `stopped` may be continued. */
export const transitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  pending: ['uploading', 'queued', 'running', 'failed', 'cancelled'],
  uploading: ['queued', 'failed', 'cancelled'],
  queued: ['running', 'stopped', 'failed', 'cancelled'],
  running: ['stopping', 'restarting', 'completed', 'failed', 'cancelled'],
  stopping: ['stopped', 'completed', 'failed', 'cancelled'],
  restarting: ['running', 'stopping', 'stopped', 'failed', 'cancelled'],
  stopped: ['queued'],
  completed: [],
  failed: [],
  cancelled: [],
}

/** A job that still does something, or will. */
export function isActive(status: JobStatus): boolean {
  return transitions[status].includes('cancelled')
}

/** Whoever waits for the job may go on: it is terminal, or stopped. */
export function isSettled(status: JobStatus): boolean {
  return !isActive(status)
}
