import { Argument, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { wholeNumber } from '../../options.ts'
import { outputOption, serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'

const example = `
Example:
  $ millrace webhooks deliveries sub_7b0c
  $ millrace webhooks deliveries --status failed --output name | xargs millrace webhooks redeliver`

const SHOWN = 20

export const deliveriesCommand = (): CommandUnknownOpts =>
  serverCommand('deliveries')
    .summary('list what is, and was, sent')
    .description('Lists what is, and was, sent to one webhook or all of them, the newest first.')
    .addArgument(new Argument('[webhook]', 'its id, the beginning of that, or its URL'))
    .addOption(
      new Option('-s, --status <status>', 'only those that are that').choices([
        'pending',
        'delivered',
        'failed',
      ] as const),
    )
    .addOption(
      new Option('-l, --limit <deliveries>', 'how many')
        .argParser((text) => wholeNumber(text, 1, 1_000_000))
        .default(SHOWN, String(SHOWN)),
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((webhook, { status, limit, ...given }) =>
      withServer(given, async (connection) => {
        const { listDeliveries } = await import('../../webhooks/webhook-deliveries.ts')
        await listDeliveries({ webhook, status, limit }, connection)
      }),
    )
