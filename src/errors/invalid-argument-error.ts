import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A call with arguments that can never work. Thrown at the call, before anything runs. */
export class InvalidArgumentError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_INVALID_ARGUMENT', message, details)
  }
}
