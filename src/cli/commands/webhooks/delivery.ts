import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'

const example = `
Example:
  $ millrace webhooks delivery msg_1f0a --output json | jq -r .body`

export const deliveryCommand = (): CommandUnknownOpts =>
  serverCommand('delivery')
    .summary('show what was sent, and what came of it')
    .description('Shows a delivery: its attempts, what was answered, and what is sent.')
    .addArgument(new Argument('<delivery>', 'its id, as `deliveries` shows it'))
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((id, given) =>
      withServer(given, async (connection) => {
        const { showDelivery } = await import('../../webhooks/webhook-deliveries.ts')
        await showDelivery(id, connection)
      }),
    )
