/** How much a store keeps. */
export interface JobStoreOptions {
  /** Log lines of a job, the newest. Default 10 000. */
  readonly logLines?: number | undefined
  /** Bytes of a log line; of a longer one the beginning is kept. Default 16 384. */
  readonly logLineBytes?: number | undefined
  /** Changes of a job's status, the newest. Default 10 000. */
  readonly transitions?: number | undefined
  /** Jobs of providers that were deleted here and are not taken in again, the last. Default 100 000. */
  readonly forgottenJobs?: number | undefined
  /** Makes the ids of jobs that run elsewhere. Default: UUIDs. */
  readonly newId?: (() => string) | undefined
}

export type JobStoreLimits = { readonly [Option in Exclude<keyof JobStoreOptions, 'newId'>]-?: number }

export const jobStoreLimits = (options: JobStoreOptions): JobStoreLimits => ({
  logLines: options.logLines ?? 10_000,
  logLineBytes: options.logLineBytes ?? 16_384,
  transitions: options.transitions ?? 10_000,
  forgottenJobs: options.forgottenJobs ?? 100_000,
})

/** Milliseconds for which an idempotency key is remembered. */
export const IDEMPOTENCY_LIFETIME: number = 24 * 60 * 60 * 1000

/** Between two notes of when a token was used, in milliseconds. */
export const MINUTE: number = 60_000
