import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A feedback loop holds more records than its cap. */
export class LoopOverflowError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_LOOP_OVERFLOW', message, details)
  }
}

/** `collect()` received more records than its cap. */
export class CollectOverflowError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_COLLECT_OVERFLOW', message, details)
  }
}

/** A push source that cannot be paused outran the pipeline, and its policy is `overflow: 'error'`. */
export class SourceOverflowError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_SOURCE_OVERFLOW', message, details)
  }
}

/** A `process` function emitted more records in one call than the emit buffer holds, without awaiting. */
export class EmitOverflowError extends MillraceError {
  constructor(message: string, details: ErrorDetails) {
    super('ERR_EMIT_OVERFLOW', message, details)
  }
}
