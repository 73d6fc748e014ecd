import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** Another server works in this data folder. */
export class DataFolderInUseError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_DATA_FOLDER_IN_USE', message, details)
  }
}

/** A server that was started in the background did not come up. The message has the last lines of its log. */
export class ServerStartError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVER_START', message, details)
  }
}

/** A server that was told to stop is still there. The message says what it waits for. */
export class ServerStopError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SERVER_STOP', message, details)
  }
}
