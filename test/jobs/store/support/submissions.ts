import type { JobSummary } from '../../../../src/protocol/job-info.ts'
import {
  type JobOptionsInput,
  type Submission,
  submissionSchema,
} from '../../../../src/protocol/submission.ts'

export const hashOf = (digit: string): string => digit.repeat(64)

export interface SubmissionParts {
  readonly name?: string
  readonly options?: JobOptionsInput
  /** Hashes of the program's files. */
  readonly files?: readonly string[]
  readonly secrets?: Readonly<Record<string, string>>
}

/** A submission of little. */
export const submissionOf = ({
  name = 'job',
  options = {},
  files = [hashOf('a')],
  secrets = {},
}: SubmissionParts = {}): Submission =>
  submissionSchema.parse({
    name,
    program: {
      entry: 'file-0',
      files: files.map((hash, index) => ({ path: `file-${index}`, hash, size: 1 })),
      ordinal: 0,
      graphHash: hashOf('0'),
      millrace: '0.1.0',
    },
    options,
    secrets,
  })

export const ids = (jobs: readonly Pick<JobSummary, 'id'>[]): readonly string[] => jobs.map(({ id }) => id)
