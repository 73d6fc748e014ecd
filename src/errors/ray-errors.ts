import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** There is no Ray where one was looked for, or it does not answer, or what answers is something else. */
export class RayUnavailableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_RAY_UNAVAILABLE', message, details)
  }
}

/** Ray has refused something. */
export class RayError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_RAY', message, details)
  }
}

/** A worker that Ray was to run has not come up, or was lost more often than it is started again. */
export class RayWorkerError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_RAY_WORKER', message, details)
  }
}
