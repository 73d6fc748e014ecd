import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** The recorded pipeline cannot run as it stands: empty, an unfilled future, a source without a sink, ... */
export class InvalidGraphError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_INVALID_GRAPH', message, details)
  }
}
