import { type ErrorDetails, MillraceError } from '../errors/millrace-error.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import type { JobResult } from './job-result.ts'

/** The job failed. `cause` is what the user's function or service threw; `result` has the books up to then. */
export class JobFailedError extends MillraceError {
  readonly result: JobResult
  /** The last dead letters nobody consumed, at most 16. */
  readonly deadLetters: readonly DeadLetter[]

  constructor(message: string, result: JobResult, deadLetters: readonly DeadLetter[], details: ErrorDetails) {
    super('ERR_JOB_FAILED', message, details)
    this.result = result
    this.deadLetters = deadLetters
  }
}

/** The job was cancelled before it ended. */
export class JobCancelledError extends MillraceError {
  readonly result: JobResult

  constructor(message: string, result: JobResult, details: ErrorDetails = {}) {
    super('ERR_JOB_CANCELLED', message, details)
    this.result = result
  }
}
