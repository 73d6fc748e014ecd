import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** Records of the job cannot be looked at where it was asked for: there is no such edge, or it is inside of a loop. */
export class TapNotFoundError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_TAP_NOT_FOUND', message, details)
  }
}
