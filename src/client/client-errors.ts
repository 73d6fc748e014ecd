import { type ErrorDetails, MillraceError } from '../errors/millrace-error.ts'
import type { JobInfo } from '../protocol/job-info.ts'

/** No answer came from the server: nobody listens there, the connection broke, or it took too long. */
export class ServerUnreachableError extends MillraceError {
  readonly host: string
  readonly port: number

  constructor(
    message: string,
    details: ErrorDetails & { readonly host: string; readonly port: number; readonly cause: unknown },
  ) {
    super('ERR_SERVER_UNREACHABLE', message, details)
    this.host = details.host
    this.port = details.port
  }
}

/** An answer is not what the protocol says: another program listens there, or one of another version. */
export class ProtocolError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_PROTOCOL', message, details)
  }
}

/** A job that was waited for is not there any more. */
export class JobDeletedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JOB_DELETED', message, details)
  }
}

/** A job was not over in the time that somebody had to wait. The job itself goes on. */
export class WaitTimeoutError extends MillraceError {
  /** As last seen; undefined where it was not seen at all. It is not enumerable. */
  declare readonly job: JobInfo | undefined

  constructor(message: string, job: JobInfo | undefined, details: ErrorDetails = {}) {
    super('ERR_WAIT_TIMEOUT', message, details)
    Object.defineProperty(this, 'job', { value: job })
  }
}

/** The client was closed while this was under way, or before. */
export class ClientClosedError extends MillraceError {
  constructor() {
    super('ERR_CLIENT_CLOSED', 'This client of a job server is closed.', {
      remedy: 'Close a client when nothing of it is needed any more, or make a new one.',
    })
  }
}

/** The server refused a request. `code` is what it said; `ERR_API` where it said nothing. */
export class ApiError extends MillraceError {
  readonly status: number
  /** Milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined
  /** Where fields of the request are wrong: the path of each, and why. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]

  constructor(
    message: string,
    details: ErrorDetails & {
      readonly status: number
      readonly code?: string | undefined
      readonly retryAfter?: number | undefined
      readonly errors?: ApiError['errors'] | undefined
    },
  ) {
    super(details.code ?? 'ERR_API', message, details)
    this.status = details.status
    this.retryAfter = details.retryAfter
    this.errors = details.errors ?? []
  }
}
