import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { outputOption, serverCommand } from '../server-command.ts'

const example = `
A line that begins with a command runs it, as in \`list --status running\`; words are quoted as in a shell. Every other
line is JavaScript, with await, and in it
  client   a JobManagerClient, as of millrace/client
  jobs     jobs() are the jobs there are; jobs.get(id), jobs.stop(id) and so on are those of the client
  context  the name of the context and the address of the server
\`use <context>\` goes to another server, \`help\` lists the commands, \`exit\` or Ctrl-D leaves.

Without a terminal it reads lines from the standard input, and ends with the exit code of the first that fails.

Example:
  $ millrace shell
  $ millrace shell --context production < nightly.txt`

export const shellCommand = (): CommandUnknownOpts =>
  serverCommand('shell')
    .description('Runs commands and JavaScript line by line, with completion and a history.')
    .addOption(outputOption())
    .option('--keep-going', 'without a terminal: go on behind a line that fails')
    .addHelpText('after', example)
    .action(async ({ keepGoing, ...given }) => {
      const [{ ShellSession }, { exitCodes }] = await Promise.all([
        import('../shell/shell-session.ts'),
        import('../exit-codes.ts'),
      ])
      const session = new ShellSession(given)
      try {
        if (process.stdin.isTTY && process.stdout.isTTY) {
          const { runInteractively } = await import('../shell/run-interactively.ts')
          await runInteractively(session)
          process.exitCode = exitCodes.done
        } else {
          const { runScript } = await import('../shell/run-script.ts')
          process.exitCode = await runScript(session, { keepGoing: keepGoing === true })
        }
      } finally {
        await session.close()
      }
    })
