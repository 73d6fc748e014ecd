import type { JobSummary } from '../../protocol/job-info.ts'
import { oneLine } from '../output/text-width.ts'

type Job = Pick<JobSummary, 'id' | 'name'>

/** Enough of an id to know it by: of a UUID its first part. */
export const shortId = (id: string): string => /^[0-9a-f]{8}(?=-)/.exec(id)?.[0] ?? id

/** `7f3c2a1b "word count"` */
export const describeJob = ({ id, name }: Job): string => `${shortId(id)} "${oneLine(name)}"`

/** Names that are said of many jobs. */
const MOST_NAMED = 3

/** `7f3c2a1b "word count"`, or `5 jobs ("word count", "prices", "licences" and 2 more)`. */
export function describeJobs(jobs: readonly Job[]): string {
  if (jobs.length === 1) return describeJob(jobs[0]!)
  const named = jobs.slice(0, MOST_NAMED).map(({ name }) => `"${oneLine(name)}"`)
  const more = jobs.length - named.length
  const list = more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
  return `${jobs.length} jobs${jobs.length === 0 ? '' : ` (${list})`}`
}
