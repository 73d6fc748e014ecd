import { type DefinitionSite, siteOfStack } from '../../errors/definition-site.ts'
import { MillraceError } from '../../errors/millrace-error.ts'
import { ProgramError } from '../../errors/program-errors.ts'
import { fromWireError } from '../../protocol/wire-error-codec.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { FoundProgram } from './find-program.ts'
import { findSyntaxProblem, problemOf } from './syntax-error.ts'

/** What a program threw in front of its submit, in one sentence, with the line. */
export async function thrownBefore(program: FoundProgram, told: WireError): Promise<ProgramError> {
  const syntax = await syntaxError(program, told)
  if (syntax !== null) return syntax
  const error = fromWireError(told)
  // Wrong arguments and the like say themselves what is wrong where.
  if (error instanceof MillraceError) return new ProgramError(error.message, { cause: error })
  const what = told.thrown === true ? told.message : `${error.name}: ${error.message}`
  const site = siteOfStack(String(error.stack))
  return new ProgramError(`'${program.name}' failed before it came to a submit: ${what}`, {
    site,
    cause: error,
  })
}

/** What nobody has caught, for whoever runs the program: with its stack, and that of its cause. */
export async function describeUncaught(program: FoundProgram, told: WireError): Promise<string> {
  const syntax = await syntaxError(program, told)
  if (syntax !== null) return syntax.message
  if (told.thrown === true) return `'${program.name}' threw ${told.message}`
  const error = fromWireError(told)
  if (!(error instanceof MillraceError)) return String(error.stack)
  const { cause } = error
  return cause instanceof Error && !(cause instanceof MillraceError)
    ? `${error.message}\n  cause:    ${String(cause.stack).replaceAll('\n', '\n  ')}`
    : error.message
}

/** Of what was thrown since a file cannot be read as a program. */
async function syntaxError(
  { name, path }: FoundProgram,
  { name: kind, message }: WireError,
): Promise<ProgramError | null> {
  if (kind !== 'SyntaxError' && !message.startsWith('Transform failed')) return null
  const problem = problemOf(message) ?? (await findSyntaxProblem(path))
  if (problem === null) return null
  const { text, site } = problem
  return new ProgramError(`'${name}' cannot be read: ${text}`, {
    site,
    ...(text.includes('"cjs"') && {
      remedy: 'Have it read as a module: name it .mts, or put "type": "module" into its package.json.',
    }),
  })
}

/** A program that ended since nothing was left in its process that it could wait for. */
export function stuckAt({ name }: FoundProgram, site: DefinitionSite | undefined): ProgramError {
  return new ProgramError(`'${name}' waits for what never comes, before it has called submit.`, {
    site,
    remedy: 'Look at what it awaits there: nothing is left in the process that could bring it.',
  })
}
