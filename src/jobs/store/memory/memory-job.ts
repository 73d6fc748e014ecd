import type { CheckpointInfo, JobTransition, LogLine } from '../../../protocol/job-info.ts'
import type { StoredJob } from '../job-changes.ts'

/** A job and all that belongs to it. */
export interface MemoryJob {
  /** Jobs are numbered as they are made. */
  readonly number: number
  job: StoredJob
  readonly transitions: { readonly seq: number; readonly transition: JobTransition }[]
  readonly logs: LogLine[]
  lastLog: number
  /** By their location. */
  readonly checkpoints: Map<string, CheckpointInfo>
}

export const newMemoryJob = (number: number, job: StoredJob): MemoryJob => ({
  number,
  job,
  transitions: [],
  logs: [],
  lastLog: 0,
  checkpoints: new Map(),
})
