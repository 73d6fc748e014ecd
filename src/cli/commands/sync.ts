import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { wholeNumber } from '../options.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
The newest jobs of each provider are taken in: those that are not known, and what is new of those that are. Active ones
that are known are asked for regularly anyway. It ends with 1 where a provider cannot be asked.

Example:
  $ millrace sync
  $ millrace sync --provider ray --limit 500`

export const syncCommand = (): CommandUnknownOpts =>
  serverCommand('sync')
    .description('Looks for jobs that were submitted elsewhere, where the job server knows to look.')
    .option('--provider <provider>', 'only at this one')
    .addOption(
      new Option('-l, --limit <jobs>', 'how many of each provider (default: 100)').argParser((text) =>
        wholeNumber(text, 1, 100_000),
      ),
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(({ provider, limit, ...given }) =>
      withServer(given, async (connection) => {
        const { syncJobs } = await import('../elsewhere/sync-jobs.ts')
        await syncJobs({ provider, limit }, connection)
      }),
    )
