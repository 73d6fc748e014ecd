import type { ObservedJob } from '../../providers/job-provider.ts'
import { RecentMap } from './recent-map.ts'

/** Looks in a row that must have missed a job, and milliseconds between the first and the last of them. */
export const MISSED = 5
export const MISSED_FOR: number = 5 * 60_000
/** Jobs that are missed at the same time and counted. */
const MOST = 100_000

/**
 * Jobs that their provider says it does not have, though it had. Once is not enough: a provider that is just starting may
 * not have all its jobs yet. One that stays away has been removed there, and nobody will ever hear of it again.
 */
export class MissingJobs {
  readonly #missed = new RecentMap<string, { readonly since: number; readonly times: number }>(MOST)

  /** @returns whether it is time to give the job up */
  miss(externalId: string, at: number): boolean {
    const { since, times } = this.#missed.get(externalId) ?? { since: at, times: 0 }
    this.#missed.set(externalId, { since, times: times + 1 })
    const lost = times + 1 >= MISSED && at - since >= MISSED_FOR
    if (lost) this.#missed.delete(externalId)
    return lost
  }

  /** It is there. */
  seen(externalId: string): void {
    this.#missed.delete(externalId)
  }
}

/** What is to be thought of a job that is gone. */
export const goneJob = (provider: string, externalId: string): ObservedJob => ({
  externalId,
  status: 'failed',
  error: {
    name: 'ProviderJobNotFoundError',
    lineage: ['ProviderJobNotFoundError', 'MillraceError'],
    code: 'ERR_PROVIDER_JOB_NOT_FOUND',
    message: `${provider} does not have the job any more, and how it ended is not known.`,
    remedy: 'look there whether it was deleted, and whether the server uses the right account',
  },
})
