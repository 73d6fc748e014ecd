import type { ForeignJobStore, ForeignReference } from '../store/foreign-job-store.ts'

/** References per read. */
const BATCH = 1_000
/** Jobs that one round asks for. Of more, the next round begins where this one has ended. */
export const MOST_IN_ROUND = 50_000

/**
 * The active jobs of a provider in the order of their numbers: first those behind `after`, then those up to it. So each
 * has its turn, wherever the round before has ended.
 */
export function activeJobs(
  store: Pick<ForeignJobStore, 'active'>,
  provider: string,
  after = 0,
): readonly ForeignReference[] {
  const behind = read(store, provider, after, Infinity, MOST_IN_ROUND)
  return after === 0 ? behind : [...behind, ...read(store, provider, 0, after, MOST_IN_ROUND - behind.length)]
}

function read(
  store: Pick<ForeignJobStore, 'active'>,
  provider: string,
  after: number,
  upTo: number,
  most: number,
): readonly ForeignReference[] {
  const found: ForeignReference[] = []
  let from = after
  while (found.length < most) {
    const batch = store.active(provider, { after: from, limit: Math.min(BATCH, most - found.length) })
    found.push(...batch.filter(({ number }) => number <= upTo))
    from = batch.at(-1)?.number ?? Infinity
    if (batch.length < BATCH || from > upTo) break
  }
  return found
}
