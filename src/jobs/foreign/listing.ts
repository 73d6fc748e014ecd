import type { ObservedJob } from '../../providers/job-provider.ts'
import type { WatchedProvider } from './watched-provider.ts'

/** Jobs that are wanted, at least, for a look at the list to be worth it. */
const WORTH_LISTING = 4
const PAGE = 100
/** Pages in a row that spared no more than one request each. */
const DRY = 2
const MOST_PAGES = 1_000

/**
 * Goes through a provider's list, newest first, while its pages have several of the jobs that are wanted: those that are
 * active are mostly new. It stops where asking one by one costs no more.
 *
 * @param wanted by external id; `take` removes from it
 * @param take is given what is to be taken in of a page, and says whether to go on. Failed jobs of which the list does
 * not tell the error are left out: they are worth a request of their own.
 */
export async function listPages(
  watched: WatchedProvider,
  wanted: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
  take: (jobs: readonly ObservedJob[]) => boolean,
): Promise<void> {
  if (!watched.provider.capabilities.list) return
  let cursor: string | undefined
  let dry = 0
  for (let pages = 0; pages < MOST_PAGES && wanted.size >= WORTH_LISTING && dry < DRY; pages++) {
    const page = await watched.page({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }, { signal })
    const before = wanted.size
    if (!take(page.jobs.filter(isWhole))) return
    dry = before - wanted.size > 1 ? 0 : dry + 1
    if (page.next === null) return
    cursor = page.next
  }
}

/** A failed job without its error is half of what there is to know. */
export const isWhole = ({ status, error }: ObservedJob): boolean => status !== 'failed' || error !== undefined
