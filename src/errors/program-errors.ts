import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/**
 * The program of a job went wrong outside of its pipeline, on a server or where a command runs it: it never came to the
 * `submit` that is the job, ended its own process, or threw what nobody caught. `site` is the line, where it can be told.
 */
export class ProgramError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_PROGRAM', message, details)
  }
}

/** On a server, the program recorded another pipeline than it did where it was submitted. */
export class GraphMismatchError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_GRAPH_MISMATCH', message, details)
  }
}
