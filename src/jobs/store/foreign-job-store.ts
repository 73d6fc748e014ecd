import type { ObservedJob, ObservedLine } from '../../providers/job-provider.ts'
import type { ForeignDetails } from '../../protocol/foreign-details.ts'
import type { JobSummary, LogLine } from '../../protocol/job-info.ts'
import type { WireError } from '../../protocol/wire-error.ts'

/** A job that runs elsewhere, as it is kept. */
export interface ForeignRecord extends JobSummary {
  readonly externalId: string
  readonly foreign: ForeignDetails
  readonly error: WireError | null
  /** The highest that its provider has told; null: it counts none. */
  readonly version: number | null
  /** Place of the last line of its log that was read from its provider: so many lines are known, or gone. */
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

/**
 * Ids of jobs that were made, and of those of which something has changed other than the time of the look, the version
 * and log lines. None is in both.
 */
export interface Observed {
  readonly created: readonly string[]
  readonly updated: readonly string[]
}

/** Lines of a job's log that have been written. */
export interface WrittenLines {
  readonly job: string
  readonly lines: readonly LogLine[]
}

/**
 * Jobs that run elsewhere. They share the ids, lists, histories, logs and events of the server's own jobs, which are
 * reached by JobStore; here is what they alone have. Synchronous, every method one transaction. Several processes may
 * use it on one database.
 */
export interface ForeignJobStore {
  /**
   * Takes in what a provider tells, newest job first as providers list them, in one transaction. Of what it says of a
   * job: a missing field changes nothing, nor does one that cannot be true, as a time that is none; a status that is
   * null changes nothing, and makes a new job `pending`. One that is late changes nothing at all: its status cannot
   * follow what is known (see `follows`), so a late `running` opens no job again; or its version is lower. Each change of
   * status is one transition and one event, whoever noticed it first: `job_submitted` for a new job, whatever its status.
   * Where a moment is not told, that of the look stands for it. A job that was deleted here stays deleted. Where nothing
   * but the look is new, it is not worth a disk write.
   * @throws InvalidArgumentError for the provider `local`.
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
  /**
   * Lines that were read behind line `after` of its provider; those that another reader took in first are left out. They
   * are whole, and do not change any more. Where `after` is above `logLines`, lines in between are missing, and nothing is
   * added. As durable as other log lines. @returns them as written.
   */
  addLogs(id: string, after: number, lines: readonly ObservedLine[], at: number): readonly LogLine[]
  /** Called after lines were added, by this or by `observe`. @returns how to stop it. */
  onLogs(listener: (written: WrittenLines) => void): () => void

  /**
   * Takes a lease, or prolongs one's own, until `until`. @returns whether it is the owner's now. Other processes on the
   * same database see it.
   */
  lease(name: string, owner: string, at: number, until: number): boolean
  /** Gives up a lease that is one's own. */
  release(name: string, owner: string): void
}
