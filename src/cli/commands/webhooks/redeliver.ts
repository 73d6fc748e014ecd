import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'

const example = `
The id stays, by which what receives webhooks knows one that it has had already.

Example:
  $ millrace webhooks redeliver msg_1f0a
  $ millrace webhooks deliveries --status failed --output name | xargs millrace webhooks redeliver`

export const redeliverCommand = (): CommandUnknownOpts =>
  serverCommand('redeliver')
    .summary('send what was sent again')
    .description('Sends deliveries again, at once, and tells how that went.')
    .addArgument(new Argument('<delivery...>', 'ids, as `deliveries` shows them'))
    .option('--no-wait', 'do not wait for the first attempt')
    .addHelpText('after', example)
    .action((ids, { wait, ...given }) =>
      withServer(given, async (connection) => {
        const { redeliver } = await import('../../webhooks/webhook-deliveries.ts')
        await redeliver(ids, { wait }, connection)
      }),
    )
