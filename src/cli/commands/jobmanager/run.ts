import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { managerCommand } from '../../manager-command.ts'
import { runInForeground } from '../../run-in-foreground.ts'

const example = `
For systemd, containers, and for looking on. Ctrl-C or SIGTERM saves what runs, and ends it; a second one ends it at
once, as a crash would.

Example:
  $ millrace jobmanager run --data ./jobs --port 0`

export const runCommand = (): CommandUnknownOpts =>
  managerCommand('run')
    .summary('be the job server, in the foreground')
    .description('Is the job server until it is told to end.')
    .addHelpText('after', example)
    .action((given) => runInForeground(given))
