import { isActive, type JobStatus } from '../../job/job-status.ts'

/** Those that are active, as a job comes to them. One that is restarting is where a running one is. */
const rank: Partial<Record<JobStatus, number>> = {
  pending: 0,
  uploading: 1,
  queued: 2,
  running: 3,
  restarting: 3,
  stopping: 4,
}

/**
 * Whether a job that runs elsewhere, and was last known to be `from`, may be `to` now. It is looked at now and then, so
 * it may have been something else in between; and what is told of it may come late, and then it may not.
 *
 * @param newer whether its provider says that this is newer than what is known, by its `version`
 */
export function follows(from: JobStatus, to: JobStatus, newer: boolean): boolean {
  if (from === to) return true
  if (isActive(from)) return newer || !isActive(to) || rank[to]! >= rank[from]!
  // Completed, failed and cancelled are for good. What was stopped may have been continued since.
  return from === 'stopped' && newer
}
