import { captureSite } from '../errors/definition-site.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'

/** An InvalidArgumentError that names the operator and the line of the user's program that is being recorded. */
export function invalidArgument(operator: string, message: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { operator, remedy, site: captureSite()() })
}
