import { IllegalTransitionError } from './illegal-transition-error.ts'

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

/** What a job's status is, and when it came to be. */
export interface JobState {
  readonly status: JobStatus
  /** Milliseconds since the epoch; undefined until it runs. */
  readonly startedAt: number | undefined
  /** Milliseconds since the epoch; undefined until it is settled. */
  readonly endedAt: number | undefined
}

export const pendingState: JobState = { status: 'pending', startedAt: undefined, endedAt: undefined }

/**
 * The guarded reducer: the state after a transition at time `at`.
 * @throws IllegalTransitionError when the table does not allow it.
 */
export function transition(state: JobState, to: JobStatus, at: number): JobState {
  if (!transitions[state.status].includes(to)) throw new IllegalTransitionError(state.status, to)
  const startedAt = to === 'running' ? (state.startedAt ?? at) : state.startedAt
  return Object.freeze({ status: to, startedAt, endedAt: isSettled(to) ? at : undefined })
}
