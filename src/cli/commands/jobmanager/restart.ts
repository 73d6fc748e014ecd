import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { managerCommand } from '../../manager-command.ts'
import { waitOption } from '../../options.ts'
import { checkStart, startInBackground } from '../../start-in-background.ts'
import { type StartOptions, startOptions } from '../../start-options.ts'
import { stopAndTell } from '../../stop-and-tell.ts'

const example = `
What is not given stays as the server was started with, but for a token, which is not kept.

Example:
  $ millrace jobmanager restart --memory 1024`

export const restartCommand = (): CommandUnknownOpts =>
  managerCommand('restart')
    .summary('stop the job server and start it again')
    .description('Stops the job server, as `stop` does, and starts it again. Its jobs go on.')
    .addOption(waitOption('how long to wait for each, its end and its start', 60))
    .option('--force', 'kill it if it has not ended by then')
    .addHelpText('after', example)
    .action(async (given) => {
      const { dataFolder } = await import('../../../jobs/daemon/data-folder.ts')
      const folder = dataFolder(given.data)
      const { readServerFile } = await import('../../../jobs/daemon/server-file.ts')
      const before = readServerFile(folder.serverFile)
      const next: StartOptions = { ...before?.options, ...(await startOptions(given)) }
      if (before?.withToken === true && next.token === undefined && next.tokenFile === undefined) {
        const { InvalidArgumentError } = await import('../../../errors/invalid-argument-error.ts')
        throw new InvalidArgumentError('the server was started with a token, which is kept nowhere', {
          remedy: 'give it again: in MILLRACE_TOKEN, or with --token-file',
        })
      }
      // While the old one still runs.
      await checkStart(folder, next)
      await stopAndTell(folder, given)
      await startInBackground(folder, next, given.wait)
    })
