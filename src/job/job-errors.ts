import { type ErrorDetails, MillraceError } from '../errors/millrace-error.ts'
import type { DeadLetter } from '../functions/error-policy.ts'
import type { JobResult } from './job-result.ts'

/**
 * The job failed. `cause` is what the user's function or service threw; `result` has the books up to then. Neither
 * `result` nor `deadLetters` is enumerable: an error that nobody catches is printed with all that is.
 */
export class JobFailedError extends MillraceError {
  declare readonly result: JobResult
  /** The last dead letters nobody consumed, at most 16. */
  declare readonly deadLetters: readonly DeadLetter[]

  constructor(message: string, result: JobResult, deadLetters: readonly DeadLetter[], details: ErrorDetails) {
    super('ERR_JOB_FAILED', message, details)
    Object.defineProperty(this, 'result', { value: result })
    Object.defineProperty(this, 'deadLetters', { value: deadLetters })
  }
}

/** The job was cancelled before it ended. `result`, which is not enumerable, has the books up to then. */
export class JobCancelledError extends MillraceError {
  declare readonly result: JobResult

  constructor(message: string, result: JobResult, details: ErrorDetails = {}) {
    super('ERR_JOB_CANCELLED', message, details)
    Object.defineProperty(this, 'result', { value: result })
  }
}
