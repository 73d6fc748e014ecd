import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A record has no event time where one is needed. */
export class TimestampError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_TIMESTAMP', message, details)
  }
}
