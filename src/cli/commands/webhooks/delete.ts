import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'

const example = `
It asks first.

Example:
  $ millrace webhooks delete sub_7b0c --yes`

export const deleteCommand = (): CommandUnknownOpts =>
  serverCommand('delete')
    .summary('delete webhooks')
    .description('Deletes webhooks, with what waits to be delivered.')
    .addArgument(new Argument('<webhook...>', 'id, the beginning of that, or URL of each'))
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', example)
    .action((references, { yes = false, ...given }) =>
      withServer(given, async (connection) => {
        const { deleteWebhooks } = await import('../../webhooks/change-webhooks.ts')
        await deleteWebhooks(references, yes, connection)
      }),
    )
