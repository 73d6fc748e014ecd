import process from 'node:process'
import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../options.ts'
import { describeStatus, exitCodeOf } from '../../describe-status.ts'
import { print } from '../../terminal.ts'

const example = `
Exit codes:
  0  it runs
  1  it has ended without being stopped: start it again
  3  it is stopped
  4  its process is there but does not answer: it starts, stops, or hangs

Example:
  $ millrace jobmanager status || millrace jobmanager start`

export const statusCommand = (): CommandUnknownOpts =>
  new Command('status')
    .summary('tell how the job server is')
    .description('Tells whether the job server runs, where, since when, and what it has to do.')
    .addOption(options.dataOption())
    .addOption(options.jsonOption())
    .addHelpText('after', example)
    .action(async (given) => {
      const [{ dataFolder }, { serverStatus }, { realClock }] = await Promise.all([
        import('../../../jobs/daemon/data-folder.ts'),
        import('../../../jobs/daemon/server-status.ts'),
        import('../../../time/real-clock.ts'),
      ])
      const status = await serverStatus(dataFolder(given.data), realClock)
      print(given.json === true ? JSON.stringify(status, undefined, 2) : describeStatus(status))
      process.exitCode = exitCodeOf(status.state)
    })
