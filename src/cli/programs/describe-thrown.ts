import { MillraceError } from '../../errors/millrace-error.ts'
import { ProgramError } from '../../errors/program-errors.ts'
import { siteOfStack } from '../../errors/definition-site.ts'
import { fromWireError } from '../../protocol/wire-error-codec.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { FoundProgram } from './find-program.ts'

/** What a program threw in front of its submit, in one sentence, with the line. */
export function thrownBefore({ name }: FoundProgram, told: WireError): ProgramError {
  const error = fromWireError(told)
  // Wrong arguments and the like say themselves what is wrong where.
  if (error instanceof MillraceError) return new ProgramError(error.message, { cause: error })
  const stack = error instanceof Error ? String(error.stack) : ''
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`
  const site = siteOfStack(stack) ?? siteInFront(stack)
  return new ProgramError(`'${name}' failed before it came to its submit: ${message}`, {
    site,
    cause: error,
  })
}

/** Of a syntax error in JavaScript the line stands in front of the stack: `file:///a/b.js:3`. */
function siteInFront(stack: string): ReturnType<typeof siteOfStack> {
  const [first = ''] = stack.split('\n')
  return /^(?:file:\/\/|\/|[A-Za-z]:\\).*:\d+$/.test(first) ? siteOfStack(`\n    at ${first}:1`) : undefined
}

/** What nobody has caught, for whoever runs the program: with its stack, and that of its cause. */
export function describeUncaught(told: WireError): string {
  const error = fromWireError(told)
  if (!(error instanceof Error)) return `threw ${String(error)}`
  if (!(error instanceof MillraceError)) return String(error.stack)
  const { cause } = error
  return cause instanceof Error && !(cause instanceof MillraceError)
    ? `${error.message}\n  cause:    ${String(cause.stack).replaceAll('\n', '\n  ')}`
    : error.message
}
