import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** The process of a job ended before the job did: it crashed, exited, or was killed. */
export class JobProcessError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_PROCESS', message, details)
  }
}

/** The process of a job needed more memory than it may have. */
export class JobOutOfMemoryError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_OUT_OF_MEMORY', message, details)
  }
}

/** The process of a job gave no sign of life for too long, and was killed. */
export class JobUnresponsiveError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_UNRESPONSIVE', message, details)
  }
}

/** A job has no results of this node: it has no `collect()` there, or it is not over yet. */
export class NothingCollectedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NOTHING_COLLECTED', message, details)
  }
}
