import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A user function threw or rejected. `cause` is what it threw. */
export class OperatorError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_OPERATOR', message, details)
  }
}
