import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** There is no job of this id: there never was, or it was deleted. */
export class JobNotFoundError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_NOT_FOUND', message, details)
  }
}

/** A job that still does something cannot be deleted unless forced. */
export class JobActiveError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_ACTIVE', message, details)
  }
}

/** What was asked can be done to a job that runs only. */
export class JobNotRunningError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_NOT_RUNNING', message, details)
  }
}

/** The job runs elsewhere, and what was asked can be done where it runs only. */
export class ForeignJobError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_FOREIGN_JOB', message, details)
  }
}

/** Files of a submitted program are not on the server. */
export class MissingFilesError extends MillraceError {
  /** Of the files that are to be uploaded first. */
  readonly hashes: readonly string[]

  constructor(message: string, hashes: readonly string[], details: ErrorDetails = {}) {
    super('ERR_MISSING_FILES', message, details)
    this.hashes = hashes
  }
}

/** An idempotency key was used before for another submission. */
export class IdempotencyConflictError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_IDEMPOTENCY_CONFLICT', message, details)
  }
}

/** As many jobs wait as the server takes. */
export class QueueFullError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_QUEUE_FULL', message, details)
  }
}

/** An uploaded file is not what its hash says. */
export class HashMismatchError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_HASH_MISMATCH', message, details)
  }
}

/** An uploaded file has more bytes than the server takes. */
export class UploadTooLargeError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_UPLOAD_TOO_LARGE', message, details)
  }
}

/** A cursor that no page of this list has given. */
export class InvalidCursorError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_INVALID_CURSOR', message, details)
  }
}

/** The server's database or its folders cannot be read or written: a full disk, for one. */
export class StoreError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_STORE', message, details)
  }
}

/** A request without a token, or with one that the server does not know. */
export class UnauthenticatedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_UNAUTHENTICATED', message, details)
  }
}

/** A request with a token that is not for this, or from a place it may not come from. */
export class ForbiddenError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_FORBIDDEN', message, details)
  }
}

/** The server has no room for this request now: too many connections, too many failed attempts, starting, closing. */
export class ServerBusyError extends MillraceError {
  /** Milliseconds the server asks to wait; undefined where it does not say. */
  readonly retryAfter: number | undefined

  constructor(message: string, details: ErrorDetails & { readonly retryAfter?: number | undefined } = {}) {
    super('ERR_SERVER_BUSY', message, details)
    this.retryAfter = details.retryAfter
  }
}

/** Something that a server does for its jobs, and `millrace run` does not for those of its program. */
export class NotByCommandError extends MillraceError {
  constructor(what: string) {
    super('ERR_NOT_BY_COMMAND', `\`millrace run\` does not ${what}.`, {
      remedy: 'Submit the program to a job server for that: `millrace submit`.',
    })
  }
}
