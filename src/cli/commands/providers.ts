import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
They are in the settings of the server: \`providers\` of its server.yaml.

Example:
  $ millrace providers
  $ millrace providers ray --output json | jq .lastError`

export const providersCommand = (): CommandUnknownOpts =>
  serverCommand('providers')
    .description('Lists the other places where jobs run, and how they are; or shows one of them.')
    .addArgument(new Argument('[provider]', 'its name'))
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((provider, given) =>
      withServer(given, async (connection) => {
        const { listProviders, showProvider } = await import('../elsewhere/list-providers.ts')
        await (provider === undefined ? listProviders(connection) : showProvider(provider, connection))
      }),
    )
