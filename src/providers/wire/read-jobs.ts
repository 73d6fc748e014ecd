import { z } from 'zod'
import type { ObservedJob } from '../job-provider.ts'

/** Sentences about jobs that cannot be understood; behind them they are only counted. */
const SHOWN = 20

export interface ReadJobs {
  readonly jobs: readonly ObservedJob[]
  readonly unreadable: readonly string[]
}

/** Reads each job of a list by itself: one that cannot be understood does not lose the others. */
export function readJobs(
  items: readonly unknown[],
  read: (item: unknown) => ObservedJob | UnreadableJob,
): ReadJobs {
  const jobs: ObservedJob[] = []
  const unreadable: string[] = []
  let more = 0
  for (const [index, item] of items.entries()) {
    const job = read(item)
    if (!(job instanceof UnreadableJob)) jobs.push(job)
    else if (unreadable.length < SHOWN) unreadable.push(`job ${index + 1} of the list: ${job.why}`)
    else more++
  }
  return { jobs, unreadable: more === 0 ? unreadable : [...unreadable, `and ${more} more`] }
}

/** What was told as a job, and is none. */
export class UnreadableJob {
  readonly why: string

  constructor(why: string) {
    this.why = why
  }

  static of({ issues: [issue] }: z.core.$ZodError): UnreadableJob {
    const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${z.core.toDotPath(issue.path)}`
    return new UnreadableJob(`${issue?.message ?? 'it is none'}${at}`)
  }
}
