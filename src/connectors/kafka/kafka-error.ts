import { type ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/** Kafka cannot be reached, or has refused something. */
export class KafkaError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_KAFKA', message, details)
  }
}

/** What the client has failed with. Errors of ours stay as they are. */
export function kafkaError(what: string, error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  const { errors } = error as { errors?: readonly unknown[] }
  const last = errors?.at(-1)
  return new KafkaError(`${what}: ${reasonOf(last ?? error)}`, {
    remedy: 'Look whether the brokers are there, and whether we may do it.',
    cause: error,
  })
}
