import type { CheckpointInfo, JobTransition, LogLine } from '../../../protocol/job-info.ts'
import type { FigureSeries } from '../../figures/figure-series.ts'
import type { ForeignRecord } from '../foreign-job-store.ts'
import type { StoredJob } from '../job-changes.ts'
import type { MemoryLetters } from './memory-dead-letters.ts'

/** A job and all that belongs to it. */
export interface MemoryJob<Job = StoredJob | ForeignRecord> {
  /** Jobs are numbered as they are made. */
  readonly number: number
  job: Job
  readonly transitions: { readonly seq: number; readonly transition: JobTransition }[]
  readonly logs: LogLine[]
  lastLog: number
  /** By their location. */
  readonly checkpoints: Map<string, CheckpointInfo>
  figures?: FigureSeries
  deadLetters?: MemoryLetters
}

/** One of the server's own jobs. */
export type OwnMemoryJob = MemoryJob<StoredJob>

/** A job that runs elsewhere. */
export type ForeignMemoryJob = MemoryJob<ForeignRecord>

export const isOwn = (entry: MemoryJob): entry is OwnMemoryJob => 'submission' in entry.job

export const isForeign = (entry: MemoryJob): entry is ForeignMemoryJob => !isOwn(entry)
