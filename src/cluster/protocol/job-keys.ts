/** What all records of jobs begin with. */
export const JOBS = 'jobs'

/** Where the parts of a job are written. */
export type JobRecord = 'spec' | 'state' | 'wish'

export function jobKey(job: string, record: JobRecord): string {
  return `${JOBS}.${job}.${record}`
}

/** Null: it is no record of a job. */
export function parseJobKey(key: string): { readonly job: string; readonly record: JobRecord } | null {
  const [first, job, record, more] = key.split('.')
  if (first !== JOBS || job === undefined || more !== undefined) return null
  return record === 'spec' || record === 'state' || record === 'wish' ? { job, record } : null
}
