import process from 'node:process'
import { MillraceError } from '../errors/millrace-error.ts'

/** What a command was asked for could not be written to the standard output. */
export class OutputError extends MillraceError {
  constructor(cause: Error) {
    super('ERR_OUTPUT', `The output could not be written: ${cause.message}.`, {
      cause,
      remedy: 'make room, or write it elsewhere',
    })
  }
}

/** As shells have it for what a closed pipe has ended. */
const CLOSED_PIPE = 141

/**
 * Ends the process when its standard output breaks: silently where its reader has gone, as in `millrace list | head`,
 * else with exit code 1. Without a standard error a command says less, and goes on.
 *
 * @param tell says what is wrong.
 */
export function endWithOutput(tell: (error: OutputError) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(CLOSED_PIPE)
    tell(new OutputError(error))
    process.exit(1)
  })
  process.stderr.on('error', () => {})
}
