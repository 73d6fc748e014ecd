import { isActive, type JobStatus } from '../../job/job-status.ts'
import type { ActionName } from './monitor-state.ts'

export const actionKeys: Readonly<Record<string, ActionName>> = {
  x: 'stop',
  c: 'cancel',
  r: 'continue',
  d: 'delete',
}

/** Whether that can be done to a job of such a status. */
export function isPossible(action: ActionName, status: JobStatus): boolean {
  if (action === 'continue') return status === 'stopped'
  // One that is stopping can still be cancelled.
  if (action === 'stop') return isActive(status) && status !== 'stopping'
  return action === 'cancel' ? isActive(status) : !isActive(status)
}
