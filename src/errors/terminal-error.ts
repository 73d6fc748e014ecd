import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/**
 * Throw it from your own code when trying again is of no use: the job ends as failed, whatever the operator's error
 * policy and the job's restart strategy say. An error that has one among its causes counts as one.
 */
export class TerminalError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_TERMINAL', message, details)
  }
}
