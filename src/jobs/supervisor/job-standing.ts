import type { JobRecord } from '../store/job-store.ts'

/** It has no process, and is started when its turn comes. */
export const waits = ({ status, dueAt }: JobRecord): boolean =>
  status === 'queued' || (status === 'restarting' && dueAt !== null)

/** It was cancelled, and its process has not ended yet. */
export const isGoing = ({ wanted }: JobRecord): boolean => wanted === 'cancelled' || wanted === 'deleted'
