import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
With a server that cannot be reached it tells all the rest, and ends with 4.

Example:
  $ millrace info
  $ millrace info --output json | jq .client.config`

export const infoCommand = (): CommandUnknownOpts =>
  serverCommand('info')
    .description('Tells of this command line, the machine it runs on, and the job server that it asks.')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((given) =>
      withServer(given, async (connection) => {
        const [{ systemInfo }, { describeInfo }, { printOne }] = await Promise.all([
          import('../info/system-info.ts'),
          import('../info/describe-info.ts'),
          import('../output/listing.ts'),
        ])
        const { info, failure } = await systemInfo(connection)
        await printOne(info, connection.settings.output.value, {
          name: ({ server }) => server.url,
          text: () => describeInfo(info),
        })
        if (failure !== null) throw failure
      }),
    )
