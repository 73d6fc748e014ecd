import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A server was to listen where others than this machine can reach it, without a token. */
export class TokenRequiredError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_TOKEN_REQUIRED', message, details)
  }
}

/** A server cannot listen where it was told to: the port is taken, or the address is not of this machine. */
export class ListenError extends MillraceError {
  readonly host: string
  readonly port: number

  constructor(message: string, details: ErrorDetails & { readonly host: string; readonly port: number }) {
    super('ERR_LISTEN', message, details)
    this.host = details.host
    this.port = details.port
  }
}
