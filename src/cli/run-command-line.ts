import process from 'node:process'
import { CommanderError } from 'commander'
import { MillraceError } from '../errors/millrace-error.ts'
import { endWithOutput } from './broken-output.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'

/** Does what the arguments of the process say, and tells errors on stderr. @returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  endWithOutput(tell)
  if (args[0] !== '__complete') return runCommand(args)
  const { answerShell } = await import('./completion/answer-shell.ts')
  return answerShell(args.slice(1))
}

/** Does what the arguments of one command say, of which a process may run several. @returns the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram((name) => args.includes(name))
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? exitCodes.done)
  } catch (error) {
    // Commander has said what is wrong; where help was asked for, nothing is.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    const code = exitCodeOfError(error)
    // The terminal has shown ^C.
    if (code !== exitCodes.interrupted) tell(error)
    return code
  }
}

/** On stderr, with what to do. */
export const tell = (error: unknown): void => void process.stderr.write(`millrace: ${describe(error)}\n`)

function describe(error: unknown): string {
  if (error instanceof MillraceError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
