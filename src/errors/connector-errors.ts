import { type ErrorDetails, MillraceError } from './millrace-error.ts'

export interface HttpErrorDetails extends ErrorDetails {
  /** Undefined where no answer came. */
  readonly status?: number | undefined
  /** Without credentials, and without the values of its query. */
  readonly url: string
  /** The beginning of the answer's body, without anything the request held secret. */
  readonly body?: string | undefined
  /** Whether the same request may succeed later: no answer, 408, 425, 429 and most of 5xx. */
  readonly retryable: boolean
  /** Milliseconds the server asks to wait. */
  readonly retryAfter?: number | undefined
}

/** An HTTP request that was refused, or got no answer, as often as it was tried. Names no secret of the request. */
export class HttpError extends MillraceError {
  readonly status: number | undefined
  readonly url: string
  readonly body: string | undefined
  readonly retryable: boolean
  readonly retryAfter: number | undefined

  constructor(message: string, details: HttpErrorDetails) {
    super('ERR_HTTP', message, details)
    this.status = details.status
    this.url = details.url
    this.body = details.body
    this.retryable = details.retryable
    this.retryAfter = details.retryAfter
  }
}

/** A WebSocket could not be opened, or was lost, as often as it was tried. */
export class WebSocketError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WEBSOCKET', message, details)
  }
}

/** A directory to watch is not there, or cannot be read. */
export class WatchError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_WATCH', message, details)
  }
}

/** A package that only this connector needs is not installed. */
export class MissingDependencyError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_MISSING_DEPENDENCY', message, details)
  }
}
