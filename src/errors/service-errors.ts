import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A service's constructor, factory, `setup` or `start` failed, or overran its timeout. */
export class ServiceStartError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_START', message, details)
  }
}

/** A service call took longer than its timeout. The call's AbortSignal is aborted. */
export class ServiceTimeoutError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_TIMEOUT', message, details)
  }
}

/** A call chain came back to a service that is already on it, which would deadlock. Refused at once. */
export class ServiceCycleError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_CYCLE', message, details)
  }
}

/** No such service, no such method, or the service is not running (yet, or any more). */
export class ServiceUnavailableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_UNAVAILABLE', message, details)
  }
}
