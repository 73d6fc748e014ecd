import type { ObservedJob } from '../../providers/job-provider.ts'
import type { ForeignDetails } from '../../protocol/foreign-details.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { WireError } from '../../protocol/wire-error.ts'

/** A job that runs elsewhere, as it is kept. */
export interface ForeignRecord extends JobSummary {
  readonly externalId: string
  readonly foreign: ForeignDetails
  readonly error: WireError | null
  /** Lines of its log that have been read from its provider. */
  readonly logLines: number
}

/** Enough of a job to ask its provider for it. */
export interface ForeignReference {
  readonly number: number
  readonly id: string
  readonly externalId: string
}

export interface ObserveDetails {
  readonly at: number
  /** Who noticed, in a sentence: it is the cause of transitions. */
  readonly cause: string
  /** Whether jobs that are not known are taken in; else they are passed over. */
  readonly create: boolean
}

/** Ids of jobs that were made, and of those of which something other than the time of the look has changed. */
export interface Observed {
  readonly created: readonly string[]
  readonly updated: readonly string[]
}

/**
 * Jobs that run elsewhere. They share the ids, lists, histories, logs and events of the server's own jobs, which are
 * reached by JobStore; here is what they alone have. Synchronous, every method one transaction.
 */
export interface ForeignJobStore {
  /**
   * Takes in what a provider tells, in one transaction. Of what it says of a job: a missing field changes nothing; a
   * status that cannot follow (see `follows`) changes nothing, so a late `running` opens no job again; a status that is
   * null changes nothing. Each change of status is one transition and one event, whoever noticed it first. A job that
   * was deleted here stays deleted. Where nothing but the moment of the look is new, it is not worth a disk write.
   */
  observe(provider: string, jobs: readonly ObservedJob[], details: ObserveDetails): Observed
  /** Remembers why these jobs could not be refreshed, until they can be. Those that are not there are passed over. */
  notRefreshed(ids: readonly string[], why: string): void
  get(id: string): ForeignRecord | undefined
  find(provider: string, externalId: string): ForeignRecord | undefined
  /** Active jobs of a provider with numbers above `after`, in their order, at most `limit`. */
  active(
    provider: string,
    query: { readonly after: number; readonly limit: number },
  ): readonly ForeignReference[]
  /** How many are active, by provider. */
  activeCounts(): Readonly<Record<string, number>>
  /** Lines that were read behind the `logLines` that are known; those that another reader took in first are left out. */
  addLogs(id: string, after: number, lines: readonly ObservedJobLine[], at: number): void

  /**
   * Takes a lease, or prolongs one's own, until `until`. @returns whether it is the owner's now. Other processes on the
   * same database see it.
   */
  lease(name: string, owner: string, at: number, until: number): boolean
  /** Gives up a lease that is one's own. */
  release(name: string, owner: string): void
}

export type ObservedJobLine = NonNullable<ObservedJob['logs']>[number]
