import type { JobInfo, LogLine } from '../../protocol/job-info.ts'
import type { ProgressReport } from '../../protocol/progress-report.ts'
import { secondsLeft } from './estimate.ts'
import { readLog } from './read-log.ts'
import type { StageReader } from './stage-reader.ts'
import { stageOfStatus } from './stage-words.ts'

/** What is known of a job that runs elsewhere, at one moment. */
export interface ForeignJob {
  readonly info: JobInfo
  /** The newest, oldest first. */
  readonly lines: readonly LogLine[]
  readonly reader: StageReader
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Why its lines could not be read anew; null: they could. */
  readonly refreshError: string | null
}

/** How far a job is that runs elsewhere: as its lines say, or what its provider says of its status. */
export function foreignReport({ info, lines, reader, now, refreshError }: ForeignJob): ProgressReport {
  const { id, status, foreign } = info
  const log = readLog(lines, reader)
  const isRunning = status === 'running'
  const isCompleted = status === 'completed'
  const fromLogs = (isRunning && log.stage !== null) || (!isCompleted && log.progress !== null)
  const asOf = fromLogs ? log.at : (foreign?.refreshedAt ?? null)
  const elapsed = asOf === null ? NaN : now - Date.parse(asOf)
  const age = Number.isFinite(elapsed) ? Math.round(Math.max(0, elapsed) / 100) / 10 : null
  return {
    job: id,
    status,
    stage: isRunning ? log.stage : stageOfStatus[status],
    progress: isCompleted ? 100 : log.progress,
    from: fromLogs ? 'logs' : 'provider',
    lastLog: log.lastLog,
    read: null,
    written: null,
    rate: isRunning ? log.rate : null,
    eta: isRunning && log.more !== null ? secondsLeft(log.more, log.rate?.value ?? null, age) : null,
    sources: [],
    operators: [],
    asOf: age === null ? null : asOf,
    age,
    refreshError: refreshError ?? foreign?.refreshError ?? null,
  }
}
