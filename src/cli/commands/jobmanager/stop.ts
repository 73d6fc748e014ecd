import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../options.ts'
import { stopAndTell } from '../../stop-and-tell.ts'

const example = `
Jobs that run are saved, and go on when the server starts again. To end a job for good, stop the job first.

Example:
  $ millrace jobmanager stop --wait 120`

export const stopCommand = (): CommandUnknownOpts =>
  new Command('stop')
    .summary('stop the job server')
    .description('Stops the job server, and returns when its process is gone.')
    .addOption(options.dataOption())
    .addOption(options.waitOption('how long to wait', 60))
    .option('--force', 'kill it if it has not ended by then')
    .addHelpText('after', example)
    .action(async (given) => {
      const { dataFolder } = await import('../../../jobs/daemon/data-folder.ts')
      await stopAndTell(dataFolder(given.data), given)
    })
