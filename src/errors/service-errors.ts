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

/**
 * The process of a remote service ended while it answered this call, which may have done its work or not. Others are
 * answered once the service is up again: worth trying once more where the call may be made twice.
 */
export class ServiceCrashedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_CRASHED', message, details)
  }
}

/** The processes of a remote service ended more often than they are restarted. The job fails. */
export class ServiceLostError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVICE_LOST', message, details)
  }
}

/** An argument or a result cannot cross to another process or thread: a function, a promise, a symbol, ... */
export class NotCloneableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NOT_CLONEABLE', message, details)
  }
}
