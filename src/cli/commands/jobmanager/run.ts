import process from 'node:process'
import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../options.ts'
import { startOptions } from '../../start-options.ts'

const example = `
For systemd, containers, and for looking on. Ctrl-C or SIGTERM saves what runs, and ends it; a second one ends it at
once, as a crash would.

Example:
  $ millrace jobmanager run --data ./jobs --port 0`

export const runCommand = (): CommandUnknownOpts =>
  new Command('run')
    .summary('be the job server, in the foreground')
    .description('Is the job server until it is told to end.')
    .addOption(options.dataOption())
    .addOption(options.hostOption())
    .addOption(options.portOption())
    .addOption(options.tokenOption())
    .addOption(options.tokenFileOption())
    .addOption(options.maxRunningOption())
    .addOption(options.memoryOption())
    .addOption(options.logLevelOption())
    .addHelpText('after', example)
    .action(async (given) => {
      const [{ runServer }, { realClock }] = await Promise.all([
        import('../../../jobs/daemon/run-server.ts'),
        import('../../../time/real-clock.ts'),
      ])
      const { stdout } = process
      // Whoever has read it may be gone: `start` is when the server is ready.
      stdout.on('error', () => {})
      const code = await runServer(
        { ...(await startOptions(given)), data: given.data },
        { clock: realClock, terminal: stdout, exit: (code) => process.exit(code) },
      )
      // Whatever a library may still hold open: a server that has said that it has stopped is gone.
      stdout.write('', () => process.exit(code))
    })
