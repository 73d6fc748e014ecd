/** How much a store keeps of each job. */
export interface JobStoreOptions {
  /** Log lines, the newest. Default 10 000. */
  readonly logLines?: number | undefined
  /** Bytes of a log line; of a longer one the beginning is kept. Default 16 384. */
  readonly logLineBytes?: number | undefined
  /** Changes of status, the newest. Default 10 000. */
  readonly transitions?: number | undefined
}

export type JobStoreLimits = { readonly [Option in keyof JobStoreOptions]-?: number }

export const jobStoreLimits = (options: JobStoreOptions): JobStoreLimits => ({
  logLines: options.logLines ?? 10_000,
  logLineBytes: options.logLineBytes ?? 16_384,
  transitions: options.transitions ?? 10_000,
})

/** Milliseconds for which an idempotency key is remembered. */
export const IDEMPOTENCY_LIFETIME: number = 24 * 60 * 60 * 1000

/** Between two notes of when a token was used, in milliseconds. */
export const MINUTE: number = 60_000
