import { type ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/** JetStream cannot be reached, has refused something, or holds what a sink did not write. */
export class JetStreamError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_JETSTREAM', message, details)
  }
}

/** What the servers, or the way to them, have failed with. Errors that are the user's to see as they are stay so. */
export function jetStreamError(what: string, error: unknown): MillraceError {
  if (error instanceof MillraceError && !error.code.startsWith('ERR_ENGINE')) return error
  const remedy = (error as { remedy?: string }).remedy
  return new JetStreamError(`${what}: ${firstLine(reasonOf(error))}`, {
    remedy: remedy ?? 'Look whether the servers are there, and what they log.',
    cause: error,
  })
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}
