import type { JobSummary } from '../../../../src/protocol/job-info.ts'
import type { JobOptions, Submission } from '../../../../src/protocol/submission.ts'

export const hashOf = (digit: string): string => digit.repeat(64)

export interface SubmissionParts {
  readonly name?: string
  readonly options?: Partial<JobOptions>
  readonly files?: readonly string[]
  readonly secrets?: Readonly<Record<string, string>>
}

/** A submission with defaults, of files that have these hashes. */
export const submissionOf = ({
  name = 'job',
  options = {},
  files = [hashOf('a')],
  secrets = {},
}: SubmissionParts = {}): Submission => ({
  name,
  program: {
    entry: 'main.js',
    files: files.map((hash, index) => ({ path: index === 0 ? 'main.js' : `file-${index}`, hash, size: 1 })),
    ordinal: 0,
    graphHash: hashOf('0'),
    argv: [],
    env: {},
    millrace: '0.1.0',
  },
  options: {
    priority: 0,
    restart: { type: 'none' },
    checkpointed: true,
    keepOnFailure: false,
    stopTimeout: 30_000,
    ...options,
  },
  autostop: true,
  secrets,
  allowDroppedState: false,
})

export const ids = (jobs: readonly Pick<JobSummary, 'id'>[]): readonly string[] => jobs.map(({ id }) => id)
