import { IllegalTransitionError } from './illegal-transition-error.ts'
import { isSettled, type JobStatus, transitions } from './job-status.ts'

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
