import type { Clock } from '../../time/clock.ts'
import type { ListQuery, ObservedJob, ObservedPage } from '../job-provider.ts'
import type { ReadJobs } from './read-jobs.ts'

/** Milliseconds for which a list is good enough to go on paging in it. */
const FRESH = 30_000

interface Row {
  /** Grows with age, and is another for each job. */
  readonly key: string
  readonly job: ObservedJob
}

/**
 * Pages of a provider that knows none, and gives all of its jobs at once. The list that is being paged through is kept, so
 * that it is fetched once and not once for each page: one list at a time, until its last page or for 30 seconds.
 */
export class JobList {
  readonly #clock: Pick<Clock, 'monotonic'>
  #kept: { readonly rows: readonly Row[]; readonly at: number } | undefined

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** @param fetch gets all jobs, in any order. */
  async page({ cursor, limit }: ListQuery, fetch: () => Promise<ReadJobs>): Promise<ObservedPage> {
    let kept = cursor === undefined ? undefined : this.#kept
    let unreadable: readonly string[] = []
    if (kept === undefined || this.#clock.monotonic() - kept.at > FRESH) {
      const fetched = await fetch()
      kept = { rows: sorted(fetched.jobs), at: this.#clock.monotonic() }
      // They were told with the first page.
      if (cursor === undefined) unreadable = fetched.unreadable
    }
    const { rows } = kept
    const found = cursor === undefined ? 0 : rows.findIndex(({ key }) => key > cursor)
    const from = found === -1 ? rows.length : found
    const page = rows.slice(from, from + limit)
    const next = from + limit < rows.length ? (page.at(-1)?.key ?? null) : null
    this.#kept = next === null ? undefined : kept
    return { jobs: page.map(({ job }) => job), next, unreadable }
  }

  close(): void {
    this.#kept = undefined
  }
}

function sorted(jobs: readonly ObservedJob[]): readonly Row[] {
  const rows = jobs.map((job) => ({ key: keyOf(job), job }))
  return rows.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

/** Those without a time are the oldest. */
function keyOf({ submittedAt, startedAt, externalId }: ObservedJob): string {
  const time = Date.parse(submittedAt ?? startedAt ?? '') || 0
  return `${String(1e16 - time).padStart(17, '0')} ${externalId}`
}
