import { createInterface } from 'node:readline/promises'
import process from 'node:process'
import { MillraceError } from '../errors/millrace-error.ts'

/** A question could not be asked, or was not answered with yes. Nothing was done. */
export class ConfirmationError extends MillraceError {
  constructor(message: string, remedy: string) {
    super('ERR_CONFIRMATION', message, { remedy })
  }
}

/**
 * Asks before something that cannot be undone; the answer is no unless it is yes. @param question as in
 * `Delete 3 jobs?`
 *
 * @throws ConfirmationError where the answer is no, and where there is no terminal to ask at.
 */
export async function confirm(
  question: string,
  { yes, signal }: { readonly yes: boolean | undefined; readonly signal: AbortSignal },
): Promise<void> {
  if (yes === true) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfirmationError(`${question} There is no terminal to ask at.`, 'give --yes if you are sure')
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // Ctrl-C at a prompt comes to readline, as the terminal is in raw mode.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const answer = await terminal.question(`${question} [y/N] `, { signal })
    if (/^y(es)?$/i.test(answer.trim())) return
  } finally {
    terminal.close()
  }
  throw new ConfirmationError('Nothing was done.', 'answer y to go on, or give --yes')
}
