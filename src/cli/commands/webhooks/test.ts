import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { serverCommand } from '../../server-command.ts'
import { withServer } from '../../server-connection.ts'
import { webhookArgument } from './webhook-argument.ts'

const example = `
It is tried once. The exit code is 0 where it was taken, and 1 where it was not.

Example:
  $ millrace webhooks test sub_7b0c`

export const testCommand = (): CommandUnknownOpts =>
  serverCommand('test')
    .summary('send a ping to a webhook')
    .description('Sends a ping, and tells how that went.')
    .addArgument(webhookArgument())
    .addHelpText('after', example)
    .action((reference, given) =>
      withServer(given, async (connection) => {
        const { testWebhook } = await import('../../webhooks/webhook-deliveries.ts')
        await testWebhook(reference, connection)
      }),
    )
