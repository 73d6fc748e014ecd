import type { JobInfo, JobSummary } from '../../../src/protocol/job-info.ts'
import type { JobProgress } from '../../../src/runtime/metrics/job-metrics.ts'
import type { SubmissionInput } from '../../../src/protocol/submission.ts'

const at = '2025-01-31T12:00:00.000Z'

export const aJob = (change: Partial<JobInfo> = {}): JobInfo => ({
  id: 'job-1',
  name: 'licences',
  status: 'queued',
  autostop: true,
  priority: 0,
  checkpointed: true,
  position: null,
  submittedAt: at,
  startedAt: null,
  endedAt: null,
  restarts: 0,
  revision: 1,
  provider: 'local',
  externalId: null,
  restartedFrom: null,
  process: null,
  progress: null,
  savepoint: null,
  error: null,
  result: null,
  foreign: null,
  ...change,
})

export const summaryOf = ({
  restartedFrom,
  process: _,
  progress: __,
  savepoint: ___,
  error,
  result,
  foreign,
  ...summary
}: JobInfo): JobSummary => {
  void restartedFrom
  void error
  void foreign
  void result
  return summary
}

export const aProgress = (read: number): JobProgress => ({
  status: 'running',
  elapsedMs: read,
  read,
  written: 0,
  sources: [],
  edges: [],
  activity: [],
  latency: null,
  nodes: [],
})

export const aHash = 'a'.repeat(64)

export const aSubmission: SubmissionInput = {
  name: 'licences',
  program: {
    entry: 'main.js',
    files: [{ path: 'main.js', hash: aHash, size: 3 }],
    ordinal: 0,
    graphHash: 'b'.repeat(64),
    millrace: '0.1.0',
  },
}
