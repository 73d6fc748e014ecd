import type { JobInfo } from '../../protocol/job-info.ts'
import type { JobRecord } from '../store/job-store.ts'
import type { SupervisedRun } from './supervised-run.ts'

/** What is told of a job: what is written down, with what its process said last. */
export function jobInfo(record: JobRecord, run: SupervisedRun | undefined): JobInfo {
  const { submission, restartHistory, dueAt, wanted, ...kept } = record
  const info: JobInfo = { ...kept, foreign: null }
  if (run?.process === undefined || record.process === null) return info
  return { ...info, process: run.process, progress: run.progress ?? info.progress }
}
