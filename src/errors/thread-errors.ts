import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A record cannot be sent to another thread: it has a function in it, or something else that cannot be copied. */
export class RecordNotPortableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_RECORD_NOT_PORTABLE', message, details)
  }
}

/** A worker thread could not take its part in a job: its program failed, or is another one there. */
export class ThreadStartError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_THREAD_START', message, details)
  }
}

/** A worker thread is gone: it threw what nobody caught, ended itself, or ran out of memory. */
export class ThreadLostError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_THREAD_LOST', message, details)
  }
}

/** A worker thread has not answered for long: a function in it does not come back. */
export class ThreadUnresponsiveError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_THREAD_UNRESPONSIVE', message, details)
  }
}
