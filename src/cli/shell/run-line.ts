import process from 'node:process'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { exitCodeOfError, exitCodes } from '../exit-codes.ts'
import { runCommand, tell } from '../run-command-line.ts'
import { note, print } from '../terminal.ts'
import { type Line, readCommand } from './shell-line.ts'
import type { ShellSession } from './shell-session.ts'

/** What has become of a line: an exit code, or that the shell is to end. */
export type Outcome = { readonly code: number; readonly isLast: boolean }

const done: Outcome = { code: exitCodes.done, isLast: false }

/** Does what a line says that is no JavaScript. What goes wrong is told, and never thrown. */
export async function runLine(text: string, session: ShellSession): Promise<Outcome> {
  try {
    return await run(readCommand(text), session)
  } catch (error) {
    tell(error)
    return { code: exitCodeOfError(error), isLast: false }
  }
}

async function run(line: Line, session: ShellSession): Promise<Outcome> {
  if (line.kind === 'nothing') return done
  if (line.kind === 'command') return { code: await runWords(line.words), isLast: false }
  const { name, rest } = line
  switch (name) {
    case 'exit':
      return { code: codeGiven(rest), isLast: true }
    case 'use':
      useContext(rest, session)
      return done
    case 'help': {
      const code = await runWords(rest.length === 0 ? ['--help'] : ['help', ...rest])
      if (rest.length === 0) print(beside)
      return { code, isLast: false }
    }
  }
}

const beside = `
In the shell:
  use [context]  go to another server, or tell which one this is; --none: as if none was named
  exit           leave, as Ctrl-D does
  client, jobs, context
                 in JavaScript, as in \`await jobs()\` or \`await client.server()\``

/** Runs a command as if it was called. Signals are for it alone: the second Ctrl-C that it does not obey ends all. */
async function runWords(words: readonly string[]): Promise<number> {
  refuse(words)
  const { argv } = process
  let interrupts = 0
  const onInterrupt = (): void => {
    if (++interrupts > 1) process.exit(exitCodes.interrupted)
  }
  process.on('SIGINT', onInterrupt)
  process.argv = [...argv.slice(0, 2), ...words]
  process.exitCode = undefined
  try {
    return await runCommand(words)
  } finally {
    process.exitCode = undefined
    process.argv = argv
    process.off('SIGINT', onInterrupt)
  }
}

/** What would not give the terminal back. */
function refuse([first, second]: readonly string[]): void {
  if (first === 'shell') {
    throw new InvalidArgumentError('This is the shell.', { remedy: '`use <context>` goes to another server' })
  }
  if (first === 'jobmanager' && second === 'run') {
    throw new InvalidArgumentError('A server in the foreground would end the shell.', {
      remedy: '`jobmanager start` starts one in the background',
    })
  }
}

function useContext([name, ...more]: readonly string[], session: ShellSession): void {
  if (more.length > 0) {
    throw new InvalidArgumentError('`use` takes the name of one context.', {
      remedy: 'as in `use production`',
    })
  }
  if (name !== undefined) session.use(name === '--none' ? null : name)
  const { context, url } = session.settings
  note(`${context.value === null ? 'No context' : `Context ${context.value}`}, ${url.value} (${url.origin})`)
}

function codeGiven([text = '0']: readonly string[]): number {
  if (/^\d{1,3}$/.test(text) && Number(text) < 256) return Number(text)
  throw new InvalidArgumentError(`\`${text}\` is no exit code.`, { remedy: 'give a number from 0 to 255' })
}
