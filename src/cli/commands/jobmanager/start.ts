import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../options.ts'
import { startOptions } from '../../start-options.ts'
import { describeRunning, startInBackground } from '../../start-in-background.ts'

const example = `
Example:
  $ millrace jobmanager start --max-running 4
  $ millrace jobmanager status`

export const startCommand = (): CommandUnknownOpts =>
  new Command('start')
    .summary('start the job server in the background')
    .description('Starts the job server in the background, and returns when it is ready.')
    .addOption(options.dataOption())
    .addOption(options.hostOption())
    .addOption(options.portOption())
    .addOption(options.tokenOption())
    .addOption(options.tokenFileOption())
    .addOption(options.maxRunningOption())
    .addOption(options.memoryOption())
    .addOption(options.logLevelOption())
    .addOption(options.waitOption('how long to wait until it is ready', 60))
    .addHelpText('after', example)
    .action(async (given) => {
      const { dataFolder } = await import('../../../jobs/daemon/data-folder.ts')
      const folder = dataFolder(given.data)
      const { readLiveServer } = await import('../../../jobs/daemon/server-file.ts')
      const there = readLiveServer(folder.serverFile)
      if (there !== undefined && there.state !== 'stopping') return describeRunning(there, given)
      await startInBackground(folder, await startOptions(given), given.wait)
    })
