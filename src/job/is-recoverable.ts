import {
  CheckpointCorruptError,
  SourcePositionError,
  StateMappingError,
  StateVersionError,
} from '../errors/checkpoint-errors.ts'
import { hasCause } from '../errors/has-cause.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { InvalidGraphError } from '../errors/invalid-graph-error.ts'
import { TerminalError } from '../errors/terminal-error.ts'

/** Errors that come again however often the job is restarted. */
const hopeless = [
  TerminalError,
  InvalidArgumentError,
  InvalidGraphError,
  CheckpointCorruptError,
  SourcePositionError,
  StateMappingError,
  StateVersionError,
]

/** Whether running the job again may help: not where the error, or one of its causes, would only come again. */
export function isRecoverable(error: unknown): boolean {
  return !hasCause(error, hopeless)
}
