import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** The place of checkpoints cannot be used: another run has it, the disk is full, it may not be written. */
export class CheckpointStoreError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_CHECKPOINT_STORE', message, details)
  }
}

/** What is stored is not what was written. The message names the file and what is wrong with it. */
export class CheckpointCorruptError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_CHECKPOINT_CORRUPT', message, {
      remedy: 'resume from an older checkpoint or a savepoint, or bring the file back from a copy',
      ...details,
    })
  }
}

/** There is no checkpoint of this id, or at this location. */
export class CheckpointNotFoundError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_CHECKPOINT_NOT_FOUND', message, details)
  }
}

/** A checkpoint was not complete in time. */
export class CheckpointTimeoutError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_CHECKPOINT_TIMEOUT', message, details)
  }
}

/** A checkpoint holds state of operators that the graph no longer has. */
export class StateMappingError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_STATE_MAPPING', message, details)
  }
}

/** State was saved by a version that nothing migrates from. */
export class StateVersionError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_STATE_VERSION', message, details)
  }
}

/** A source has fewer records than it had read when its position was saved. */
export class SourcePositionError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SOURCE_POSITION', message, details)
  }
}
