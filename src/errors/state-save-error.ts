import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** State holds what cannot be saved. `record` is the key it belongs to, `cause` tells what is in the way. */
export class StateSaveError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_STATE_SAVE', message, {
      remedy: 'keep plain data in state: no functions, no symbols, no promises, no weak collections',
      ...details,
    })
  }
}

const LONGEST_REASON = 120

/** What V8 says is in the way, which quotes functions at full length. */
export function shortReason(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return reason.length <= LONGEST_REASON ? reason : `${reason.slice(0, LONGEST_REASON - 1)}…`
}
