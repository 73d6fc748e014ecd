import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { managerCommand } from '../../manager-command.ts'
import { waitOption } from '../../options.ts'
import { runInForeground } from '../../run-in-foreground.ts'
import { startOptions } from '../../start-options.ts'
import { describeRunning, startInBackground } from '../../start-in-background.ts'

const example = `
Example:
  $ millrace jobmanager start --max-running 4
  $ millrace jobmanager status`

export const startCommand = (): CommandUnknownOpts =>
  managerCommand('start')
    .summary('start the job server in the background')
    .description('Starts the job server in the background, and returns when it is ready.')
    .addOption(waitOption('how long to wait until it is ready', 60))
    .option('--foreground', 'do not go to the background: the same as `jobmanager run`')
    .addHelpText('after', example)
    .action(async (given) => {
      if (given.foreground === true) return runInForeground(given)
      const { dataFolder } = await import('../../../jobs/daemon/data-folder.ts')
      const folder = dataFolder(given.data)
      const { readLiveServer } = await import('../../../jobs/daemon/server-file.ts')
      const there = readLiveServer(folder.serverFile)
      if (there !== undefined && there.state !== 'stopping') return describeRunning(there, given)
      await startInBackground(folder, await startOptions(given), given.wait)
    })
