import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A call for one record, or the wait for the next record, took longer than its `timeout`. */
export class RecordTimeoutError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_RECORD_TIMEOUT', message, details)
  }
}
