import type { Logger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import type { ForeignJobStore } from '../store/foreign-job-store.ts'

/** What the parts that look after jobs elsewhere share. */
export interface ForeignContext {
  readonly store: ForeignJobStore
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  readonly logger: Logger
  /** Milliseconds for which jobs that are over are kept. Default: for ever. */
  readonly keep?: number | undefined
  /** Aborted when nothing is to be asked any more. */
  readonly closing: AbortSignal
}
