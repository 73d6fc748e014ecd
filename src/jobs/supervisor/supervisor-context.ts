import type { Logger } from '../../functions/logger.ts'
import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import type { Clock } from '../../time/clock.ts'
import type { ResolvedBackground } from '../background-options.ts'
import type { JobStore } from '../store/job-store.ts'
import type { JobFolder } from './job-folder.ts'
import type { JobLogs } from './job-logs.ts'

/** What the parts of a supervisor share. */
export interface SupervisorContext {
  readonly store: JobStore
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  readonly logger: Logger
  readonly limits: SupervisorLimits
  readonly queueProcessing: ResolvedBackground['queueProcessing']
  readonly logs: JobLogs
  readonly folderOf: (job: string) => JobFolder
  /** Where the file of a hash is. */
  readonly fileOf: (hash: string) => string
  readonly onProgress: (job: string, progress: JobProgress) => void
  /** There are more or fewer dead letters of a job. */
  readonly onLetters: (job: string) => void
  /** Module that job processes run; undefined: ours. */
  readonly main: string | undefined
  /** Aborted when nothing is to be waited for any more. */
  readonly giveUp: AbortSignal
}

/** Times in milliseconds. */
export interface SupervisorLimits {
  /** Jobs that have a process at a time. */
  readonly maxRunning: number
  readonly maxQueued: number
  /** Memory of a job's process that names none itself, in MB. */
  readonly memoryMb: number
  readonly heartbeat: number
  readonly heartbeatTimeout: number
  readonly orphanDeadline: number
}
